/** A row of a curated table, as far as its time goes. */
export interface ChangelogRow {
  readonly key: string | null;
  readonly offset: number;
  /** Day of the record. */
  readonly dt: string;
  readonly deleted: boolean;
  /** Of a window, ms since the epoch. */
  readonly start?: number;
  readonly end?: number;
}

/** The days from which on rows stay, as `YYYY-MM-DD`. */
export interface Cutoffs {
  readonly superseded?: string;
  readonly rows?: string;
}

/** By what `latest.<object>` shows: key, window and offset of the newest rows that are not deleted. */
export function latest(rows: readonly ChangelogRow[]): string[] {
  return [...groups(rows).values()]
    .map(newestOf)
    .filter(({ deleted }) => !deleted)
    .map(({ key, start, offset }) => `${key} ${start} ${offset}`)
    .sort();
}

/** Offsets of the rows that stay, said a second time and plainly: all of a key's rows are looked at together. */
export function surviving(rows: readonly ChangelogRow[], cutoffs: Cutoffs): number[] {
  const isWindowed = rows.some(({ end }) => end !== undefined);
  const stay = [...groups(rows).values()].flatMap((same) =>
    isWindowed ? ofWindow(same, cutoffs) : ofKey(same, cutoffs),
  );
  const keyless = rows.filter(({ key }) => key === null && !isWindowed);
  return [...stay, ...keyless].map(({ offset }) => offset).sort((a, b) => a - b);
}

function ofWindow(same: readonly ChangelogRow[], { superseded, rows }: Cutoffs): ChangelogRow[] {
  if (rows !== undefined && same[0]!.end! <= Date.parse(rows)) return [];
  const newest = newestOf(same);
  return same.filter((row) => row === newest || superseded === undefined || row.dt >= superseded);
}

function ofKey(same: readonly ChangelogRow[], { superseded, rows }: Cutoffs): ChangelogRow[] {
  const before = superseded ?? rows;
  if (before === undefined) return [...same];
  const newest = newestOf(same);
  const stay = same.filter((row) => row === newest || row.dt >= before);
  const isOver = newest.deleted || (rows !== undefined && newest.dt < rows);
  return stay.length === 1 && newest.dt < before && isOver ? [] : stay;
}

function newestOf(same: readonly ChangelogRow[]): ChangelogRow {
  return same.reduce((a, b) => (b.offset > a.offset ? b : a));
}

function groups(rows: readonly ChangelogRow[]): Map<string, ChangelogRow[]> {
  const found = new Map<string, ChangelogRow[]>();
  for (const row of rows) {
    if (row.key === null) continue;
    const identity = `${row.key} ${row.start}`;
    found.set(identity, [...(found.get(identity) ?? []), row]);
  }
  return found;
}
