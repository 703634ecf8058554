import type { OffsetRange } from '../resources/kafka/read-topics';
import type { OpenPartition } from './covering-ranges';

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
