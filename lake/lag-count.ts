import type { OffsetRange } from '../resources/kafka/read-topics';

/** Offsets of one partition that a sink has not committed. */
export interface OpenPartition extends OffsetRange {
  readonly topic: string;
  readonly partition: number;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** So far behind, it no longer matters that offsets count the markers of transactions, too. */
const COUNTED_OFFSETS = 1_000n;

/** Whether its records are to be counted one by one. */
export function isNear({ from, to }: OffsetRange): boolean {
  return to - from <= COUNTED_OFFSETS;
}

/**
 * How many records a sink is behind: of partitions near their end the records that are really there, as an end of nothing but markers
 * would stay behind for ever; of the others the distance.
 */
export function behindBy(partitions: readonly OpenPartition[], records: readonly Place[]): number {
  return partitions.reduce(
    (sum, open) =>
      sum +
      (isNear(open)
        ? records.filter((record) => isWithin(record, open)).length
        : Number(open.to - open.from)),
    0,
  );
}

function isWithin({ topic, partition, offset }: Place, open: OpenPartition): boolean {
  return topic === open.topic && partition === open.partition && offset >= open.from && offset < open.to;
}

/** One range a partition: two sinks may read one topic. */
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
