import type { ReplaySource, TimeRange } from './source';

/** Where the sink puts topic, partition, offset and time of a record, and the partitions of the table. */
export const SINK_COLUMNS = new Set(['kafka', 'dt', 'hr']);

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const identifier = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** An hour of a table, by the partition that the sink wrote it to. */
export interface Hour {
  readonly dt: string;
  readonly hr: string;
  readonly rows: number;
}

/** How many rows each hour holds, the earliest first; a record that is there twice counts once. */
export function hoursQuery(source: ReplaySource, range: TimeRange): string {
  return `SELECT dt, hr, count(DISTINCT (kafka.topic, kafka."partition", kafka."offset"))::INTEGER,
      min(kafka."timestamp"), max(kafka."timestamp"), max(kafka."partition")::INTEGER, ${alteredCount(source)}
    FROM ${source.table.name} WHERE ${conditions(source, range)} GROUP BY dt, hr ORDER BY dt, hr`;
}

/** Rows of a part of an hour in the order of a replay; `columns` are those of the value. */
export function recordsQuery(
  source: ReplaySource,
  range: TimeRange,
  { dt, hr }: Pick<Hour, 'dt' | 'hr'>,
  columns: readonly string[],
): string {
  const place = 'kafka.topic AS t, kafka."partition" AS p, kafka."offset" AS o, kafka."timestamp" AS ts';
  const value = columns.map(identifier).join(', ');
  const scan = `SELECT ${place}, ${keyExpression(source)} AS k, ${value} FROM ${source.table.name}
      WHERE dt = ${text(dt)} AND hr = ${text(hr)} AND ${conditions(source, range)}`;
  // A broker's clock may step back; a partition keeps its order all the same.
  return `SELECT max(ts) OVER (PARTITION BY t, p ORDER BY o ROWS UNBOUNDED PRECEDING) AS ot, * FROM (${scan})
    ORDER BY ot, t, p, o`;
}

/** The families that a table of texts holds, with their rows. */
export function familiesQuery(source: ReplaySource, range: TimeRange): string {
  return `SELECT ${family()}, count(*)::INTEGER FROM ${source.table.name}
    WHERE ${conditions({ table: source.table }, range)} GROUP BY ALL ORDER BY 2 DESC`;
}

/** The days and hours are named, too: they are what the files are partitioned by. */
function conditions({ families }: ReplaySource, { from, to }: TimeRange): string {
  const all = [
    `dt BETWEEN ${text(dayOf(from))} AND ${text(dayOf(to - 1))}`,
    `dt || hr BETWEEN ${text(hourOf(from))} AND ${text(hourOf(to - 1))}`,
    `kafka."timestamp" >= ${from} AND kafka."timestamp" < ${to}`,
    ...(families ? [`${family()} IN (${families.map(text).join(', ')})`] : []),
  ];
  return all.join(' AND ');
}

/** The type that an envelope names; what is no JSON has none. */
function family(): string {
  return "CASE WHEN json_valid(value) THEN json_extract_string(value, '$.type') END";
}

function keyExpression({ table: { key } }: ReplaySource): string {
  if (key === undefined) return 'NULL::VARCHAR';
  if (!key.startsWith('$')) return `CAST(${identifier(key)} AS VARCHAR)`;
  return `CASE WHEN json_valid(value) THEN json_extract_string(value, ${text(key)}) END`;
}

/** Bytes that are no UTF-8 came into the lake as U+FFFD: what they were is lost. */
function alteredCount({ table }: ReplaySource): string {
  return table.source === 'text' ? 'count(*) FILTER (contains(value, chr(65533)))::INTEGER' : '0';
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const hourOf = (time: number): string => dayOf(time) + new Date(time).toISOString().slice(11, 13);
