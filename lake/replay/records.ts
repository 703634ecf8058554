import type { DuckDBValue } from '@duckdb/node-api';
import type { LakeSession } from '../lake-session';
import type { ValueCodec } from './avro-codec';
import { mergeInOrder } from './merge';
import { comparePlaces } from './position';
import type { RecordPlace } from './position';
import { SINK_COLUMNS, recordsQuery } from './record-query';
import type { Hour } from './record-query';
import type { ReplaySource, TimeRange } from './source';

/** A record as it lay in its topic. */
export interface ReplayRecord extends RecordPlace {
  /** Of the record, ms since the epoch. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly isAmbiguous?: boolean;
}

/** A source with what is known of it before its rows are read. */
export interface OpenSource {
  readonly source: ReplaySource;
  readonly hours: readonly Hour[];
  readonly codec: ValueCodec;
}

const HOUR_MS = 3_600_000;
/** Rows that are sorted at a time: it bounds memory. */
const ROWS_AT_A_TIME = 250_000;

/** All records of the sources in the order of a replay, each once, those beyond `after` only. */
export async function* replayRecords(
  session: LakeSession,
  sources: readonly OpenSource[],
  range: TimeRange,
  after?: RecordPlace,
): AsyncGenerator<ReplayRecord> {
  const streams = sources.map((source) => sourceRecords(session, source, range, after));
  let last = after;
  for await (const record of mergeInOrder(streams)) {
    // A row that is there twice comes twice, one after the other.
    if (last && comparePlaces(record, last) === 0) continue;
    last = record;
    yield record;
  }
}

async function* sourceRecords(
  session: LakeSession,
  open: OpenSource,
  range: TimeRange,
  after: RecordPlace | undefined,
): AsyncGenerator<ReplayRecord> {
  const columns = (await session.columns(open.source.table.name)).filter((name) => !SINK_COLUMNS.has(name));
  for (const hour of open.hours) {
    for (const part of partsOf(hour, range)) {
      if (after && part.to <= after.orderTime) continue;
      for await (const rows of session.stream(recordsQuery(open.source, part, hour, columns))) {
        for (const row of rows) {
          const record = replayRecord(row, columns, open.codec);
          if (!after || comparePlaces(record, after) > 0) yield record;
        }
      }
    }
  }
}

/** An hour in parts of about equal length, as many as it takes to sort few rows at a time. */
export function partsOf({ dt, hr, rows }: Hour, { from, to }: TimeRange): TimeRange[] {
  const start = Date.parse(`${dt}T${hr}:00:00Z`);
  const count = Math.max(1, Math.ceil(rows / ROWS_AT_A_TIME));
  const length = Math.ceil(HOUR_MS / count);
  return Array.from({ length: count }, (_, index) => ({
    from: Math.max(from, start + index * length),
    to: Math.min(to, start + HOUR_MS, start + (index + 1) * length),
  })).filter((part) => part.to > part.from);
}

/** Columns of `recordsQuery`: order time, topic, partition, offset, timestamp, key, then those of the value. */
function replayRecord(
  row: readonly DuckDBValue[],
  columns: readonly string[],
  codec: ValueCodec,
): ReplayRecord {
  const [orderTime, topic, partition, offset, timestamp, key, ...values] = row;
  const { value, isAmbiguous } = codec(new Map(columns.map((name, index) => [name, values[index]!])));
  return {
    orderTime: Number(orderTime),
    topic: topic as string,
    partition: partition as number,
    offset: offset as bigint,
    timestamp: Number(timestamp),
    key: key as string | null,
    value,
    ...(isAmbiguous ? { isAmbiguous } : {}),
  };
}
