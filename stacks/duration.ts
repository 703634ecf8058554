const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const DURATION = /^(\d+)(ms|s|m|h|d)$/;
/** Kafka's own value for "never". */
export const INFINITE_MS = -1;

/** Milliseconds of `7d`, `12h`, `30m`, `5s`, `250ms`; -1 for `infinite`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === 'infinite') return INFINITE_MS;
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * UNIT_MS[match[2] as Unit] : undefined;
}

/** A duration as ksqlDB's window clause writes it, in the largest unit that divides it: `90000` is `90 SECONDS`. */
export function sqlDuration(milliseconds: number): string {
  const units = [
    ['DAYS', UNIT_MS.d],
    ['HOURS', UNIT_MS.h],
    ['MINUTES', UNIT_MS.m],
    ['SECONDS', UNIT_MS.s],
    ['MILLISECONDS', UNIT_MS.ms],
  ] as const;
  const [name, size] = units.find(([, size]) => milliseconds % size === 0)!;
  return `${milliseconds / size} ${name}`;
}
