import type { LakeTable } from '../access';

/** What is replayed of one table: all of it, or one family of its events. */
export interface ReplaySource {
  readonly table: LakeTable;
  /** Families of a table that mixes them; absent: everything. */
  readonly families?: readonly string[];
}

/** Ms since the epoch: from, up to and without. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const VERSION = /\.v\d+$/;

/**
 * The tables that hold the named families: a raw table (`telemetry.gateway` or `gateway`), a topic (`telemetry.gateway.v1`), or a
 * family of events in the one raw table of texts, such as `ai_stream_status`.
 * @throws for a name that is none of these where no table mixes families, or several do
 */
export function replaySources(tables: readonly LakeTable[], names: readonly string[]): ReplaySource[] {
  const raw = tables.filter(({ layer }) => layer === 'raw');
  const whole = new Set<LakeTable>();
  const families = new Map<LakeTable, Set<string>>();
  for (const name of names) {
    const table = raw.find((it) => isNameOf(it, name));
    if (table) {
      whole.add(table);
      continue;
    }
    const mixed = mixedTable(raw, name);
    families.set(mixed, (families.get(mixed) ?? new Set()).add(name));
  }
  return [
    ...[...whole].map((table) => ({ table })),
    ...[...families]
      .filter(([table]) => !whole.has(table))
      .map(([table, found]) => ({ table, families: [...found].sort() })),
  ];
}

function isNameOf({ name, topics }: LakeTable, asked: string): boolean {
  return (
    name === asked ||
    name.replace(/^.*\./, '') === asked ||
    topics.some((topic) => topic === asked || topic.replace(VERSION, '') === asked)
  );
}

function mixedTable(raw: readonly LakeTable[], name: string): LakeTable {
  const mixed = raw.filter(({ source }) => source === 'text');
  if (mixed.length === 1) return mixed[0]!;
  const known = raw.map((table) => table.name.replace(/^.*\./, '')).sort();
  throw new Error(
    `--family is "${name}", expected a raw table: ${known.join(', ')}${
      mixed.length > 1 ? `; ${mixed.length} tables hold texts of several families, so name the table` : ''
    }`,
  );
}
