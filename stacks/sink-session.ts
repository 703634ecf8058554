/** So long the partitions of a worker that died wait for it, ms: Kafka's own 45 s would be added to the age of the lake. */
export const SESSION_MS = 15_000;

/** Each start answers that many commits once more, most of them with nothing. */
const COMMITS_BACK = 60;
const MS_PER_SECOND = 1_000;

/**
 * Where a sink without a place in its control topic begins (KIP-1106, brokers' and workers' clients from 4.0): by Iceberg's default at the
 * end, so that one that was killed before its very first commit would never hear of the files that it had written.
 */
export function controlTopicStart(commitIntervalMs: number): string {
  return `by_duration:PT${Math.ceil((COMMITS_BACK * commitIntervalMs) / MS_PER_SECOND)}S`;
}
