import type { OffsetRange } from '../resources/kafka/read-topics';

/** Offsets of one partition that are to be looked at. */
export interface OpenPartition extends OffsetRange {
  readonly topic: string;
  readonly partition: number;
}

/** One range a partition, from its first open offset to its last: a consumer reads forward, and two sinks may read one topic. */
export function coveringRanges(
  partitions: readonly OpenPartition[],
): ReadonlyMap<string, ReadonlyMap<number, OffsetRange>> {
  const covering = new Map<string, Map<number, OffsetRange>>();
  for (const { topic, partition, from, to } of partitions) {
    const ranges = covering.get(topic) ?? new Map<number, OffsetRange>();
    covering.set(topic, ranges);
    const known = ranges.get(partition) ?? { from, to };
    ranges.set(partition, {
      from: from < known.from ? from : known.from,
      to: to > known.to ? to : known.to,
    });
  }
  return covering;
}
