import { Type } from 'avsc';
import type { Schema } from 'avsc';
import { pullQuery } from '../../lab';
import type { LakeSession, LakeTable } from '../../lake';
import type { TopicRecord } from '../../resources/kafka/read-topics';
import type { RegistryClient } from '../../resources/subject/registry-client';

/** Columns that say where a row came from, and which is the newest. */
const PLACE = new Set(['kafka', 'dt', '_newest']);
/** Columns that a row of a table without windows has beside those of its object. */
const CARRIED = new Set(['_key', '_deleted', ...PLACE]);
const HEADER_BYTES = 5;

/** Rows by what tells them apart, each column as text. */
type Rows = Map<string, Readonly<Record<string, string>>>;

export interface CuratedComparison {
  readonly rows: number;
  /** One line a difference. */
  readonly differences: readonly string[];
}

/** `latest.<object>` of a table without windows beside what ksqlDB answers of it. */
export async function compareLatest(
  session: LakeSession,
  url: string,
  { name }: LakeTable,
): Promise<CuratedComparison> {
  const object = name.replace(/^.*\./, '');
  const lake = await session.query(`SELECT * FROM latest.${object}`);
  const answered = await pullQuery(url, `SELECT * FROM ${object};`);
  const mine = new Map(objects(lake).map((row) => [String(row._key), texts(without(row, CARRIED))]));
  const [keyColumn, ...columns] = answered.columns;
  const theirs = new Map(
    objects(answered).map((row) => [
      String(row[keyColumn!]),
      texts(Object.fromEntries(columns.map((column) => [column, row[column]]))),
    ]),
  );
  return { rows: mine.size, differences: differencesOf(mine, theirs) };
}

/**
 * A table beside the records of its topic: every record a row, its value decoded by the schema that it names, its key unfolded as Kafka
 * Streams writes it; of a table, the newest of each key also in `latest.<object>`.
 */
export async function compareWithTopic(
  session: LakeSession,
  registry: RegistryClient,
  { name, topics, row: sort }: LakeTable,
  records: readonly TopicRecord[],
): Promise<CuratedComparison> {
  const versions = await registry.versions(`${topics[0]!}-value`);
  const types = new Map(versions.map(({ id, schema }) => [id, Type.forSchema(JSON.parse(schema) as Schema)]));
  const decode = (value: Buffer | null): object =>
    value === null
      ? {}
      : (types.get(value.readInt32BE(1))!.fromBuffer(value.subarray(HEADER_BYTES)) as object);
  const expected = new Map(
    records.map(({ partition, offset, key, value }) => {
      const deleted = sort!.isTable ? { _deleted: value === null } : {};
      const row = { ...decode(value), ...unfolded(key, sort!.window), ...deleted };
      return [`${partition}/${offset}`, texts(row)] as const;
    }),
  );
  const read = async (from: string): Promise<[string, Readonly<Record<string, string>>][]> =>
    objects(await session.query(`SELECT * FROM ${from}`)).map((row) => [placeOf(row), rowOf(row)]);
  const found = await read(name);
  const twice = found.length - new Map(found).size;
  const differences = [
    ...(twice > 0 ? [`${twice} rows twice`] : []),
    ...differencesOf(new Map(found), expected),
  ];
  if (!sort!.isTable) return { rows: found.length, differences };
  const newest = new Map(
    [...expected].map(([place, row]) => [`${row._key} ${row._window_start}`, place] as const),
  );
  const left = [...newest.values()].filter((place) => expected.get(place)!._deleted === 'false');
  const latest = new Map(await read(`latest.${name.replace(/^.*\./, '')}`));
  const wanted = new Map(left.map((place) => [place, expected.get(place)!]));
  return { rows: found.length, differences: [...differences, ...differencesOf(latest, wanted)] };
}

/** Of a time window: the key's bytes, then the start in eight. */
function unfolded(key: Buffer | null, window: number | 'session' | undefined): object {
  if (key === null) return { _key: null };
  if (typeof window !== 'number') return { _key: key.toString() };
  const at = key.length - 8;
  const start = Number(key.readBigInt64BE(at));
  return { _key: key.subarray(0, at).toString(), _window_start: start, _window_end: start + window };
}

function placeOf({ kafka }: Readonly<Record<string, unknown>>): string {
  const { partition, offset } = kafka as { partition: number; offset: string };
  return `${partition}/${offset}`;
}

function rowOf(row: Readonly<Record<string, unknown>>): Record<string, string> {
  const { _window_start: start, _window_end: end, ...rest } = row;
  const window = start === undefined ? {} : { _window_start: utc(start), _window_end: utc(end) };
  return texts({ ...without(rest, PLACE), ...window });
}

function differencesOf(mine: Rows, theirs: Rows): string[] {
  return [
    ...[...mine.keys()].filter((key) => !theirs.has(key)).map((key) => `only in the lake: ${key}`),
    ...[...theirs].flatMap(([key, row]) => {
      const found = mine.get(key);
      if (!found) return [`not in the lake: ${key}`];
      return [...new Set([...Object.keys(row), ...Object.keys(found)])]
        .filter((column) => (row[column] ?? 'null') !== (found[column] ?? 'null'))
        .map((column) => `${key} ${column}: ${found[column]} in the lake, expected ${row[column]}`);
    }),
  ];
}

function objects({
  columns,
  rows,
}: {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

function without(row: Readonly<Record<string, unknown>>, columns: ReadonlySet<string>) {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.has(column)));
}

function texts(row: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, textOf(value)]));
}

/** The same text for the same value, however its bearer writes numbers and maps. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    const isMap = value.length > 0 && value.every(isEntry);
    return isMap
      ? textOf(Object.fromEntries(value.map(({ key, value: of }) => [key, of])))
      : `[${value.map(textOf).join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, of]) => `${name}: ${textOf(of)}`);
    return `{${entries.sort().join()}}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function isEntry(value: unknown): value is { key: string; value: unknown } {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'key,value';
}

/** DuckDB's `2026-11-21 18:00:00+00` in milliseconds. */
function utc(time: unknown): number {
  const [day, clock] = (time as string).replace(/\+00$/, '').split(' ');
  return Date.parse(`${day}T${clock}Z`);
}
