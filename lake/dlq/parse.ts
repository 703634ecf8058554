import type { TopicRecord } from '../../resources/kafka/read-topics';
import { originOf } from '../check/dead-letters';
import type { Origin } from '../check/dead-letters';
import type { DeadLetterTopic } from './topics';

/** One dead letter: where it lies, where it came from, why it was refused, and the record as it was. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** When it was put aside, ms since the epoch. */
  readonly time: number;
  /** Undefined: the dead letter does not say. */
  readonly origin?: Origin;
  /** Who refused it: `ksqldb`, or the connector's name. */
  readonly by: string;
  /** One word: a code of `ksql/`, or the class of an exception. */
  readonly reason: string;
  /** The sentence that came with it. */
  readonly error: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

const HEADER = '__connect.errors.';
const UNKNOWN = 'unknown';

/** Undefined for a record that is no dead letter: a marker of `redrive`, or a tombstone. */
export function parseDeadLetter(record: TopicRecord, { writer }: DeadLetterTopic): DeadLetter | undefined {
  if (record.value === null && record.headers[`${HEADER}topic`] === undefined) return undefined;
  const place = {
    topic: record.topic,
    partition: record.partition,
    offset: String(record.offset),
    time: record.timestamp,
  };
  return writer === 'connector' ? { ...place, ...byConnector(record) } : { ...place, ...byKsqldb(record) };
}

type Content = Omit<DeadLetter, 'topic' | 'partition' | 'offset' | 'time'>;

function byConnector(record: TopicRecord): Content {
  const header = (name: string): string | undefined => headerText(record, `${HEADER}${name}`);
  const className = header('exception.class.name');
  return {
    origin: originOf(record),
    by: header('connector.name') ?? UNKNOWN,
    reason: className?.replace(/^.*\./, '') ?? UNKNOWN,
    error: header('exception.message') ?? '',
    key: record.key,
    value: record.value,
  };
}

/** Rows of `ksql/bronze/gateway_dlq.sql`; ksqlDB writes column names in upper case. */
interface DeadLetterRow {
  readonly ORIGINAL_TOPIC?: string;
  readonly ORIGINAL_PARTITION?: number;
  readonly ORIGINAL_OFFSET?: number;
  readonly ERROR?: string;
  readonly PAYLOAD?: string | null;
}

function byKsqldb(record: TopicRecord): Content {
  const row = parseRow(record.value);
  const [code, ...sentence] = (row.ERROR ?? UNKNOWN).split(':');
  const { ORIGINAL_TOPIC: topic, ORIGINAL_PARTITION: partition, ORIGINAL_OFFSET: offset } = row;
  const isWhole = topic !== undefined && partition !== undefined && offset !== undefined;
  return {
    ...(isWhole ? { origin: { topic, partition, offset: BigInt(offset) } } : {}),
    by: 'ksqldb',
    reason: code!.trim(),
    error: sentence.join(':').trim(),
    key: record.key,
    value: row.PAYLOAD === undefined || row.PAYLOAD === null ? null : Buffer.from(row.PAYLOAD),
  };
}

function parseRow(value: Buffer | null): DeadLetterRow {
  try {
    const row = JSON.parse(value?.toString() ?? '{}') as unknown;
    return typeof row === 'object' && row !== null ? row : {};
  } catch {
    // Written by someone else: shown as it is, with an unknown reason.
    return { PAYLOAD: value?.toString() };
  }
}

function headerText({ headers }: TopicRecord, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}
