import type { Row, TopicRecord } from './contracts';

/** The time that a row says it happened, in milliseconds; undefined where it cannot be told: the record is skipped. */
export type TimestampReader = (
  key: Row | null,
  value: Row | null,
  record: TopicRecord | undefined,
) => number | undefined;
