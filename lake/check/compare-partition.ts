import type { OffsetRange } from '../../resources/kafka/read-topics';
import type { LakePartition } from './table-offsets';

/** Where one partition of a topic stands, beside what the lake has of it. */
export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /** What the broker still holds; undefined: nothing. */
  readonly held?: OffsetRange;
  /** Up to here, and without it, the sink says that it is done; undefined: it has never said so. */
  readonly committed?: bigint;
  readonly lake?: LakePartition;
}

/**
 * Offsets that the broker holds, that the sink has passed and that no row of the lake has. What lies there is a transaction's
 * marker, a dead letter, an empty record, or missing: only reading them tells.
 */
export function openRanges({ held, committed, lake }: PartitionState): OffsetRange[] {
  if (!held) return [];
  const done = committed ?? held.from;
  const ranges = lake
    ? [{ from: held.from, to: lake.first }, ...lake.gaps, { from: lake.last + 1n, to: done }]
    : [{ from: held.from, to: done }];
  return ranges
    .map(({ from, to }) => ({ from: max(from, held.from), to: min(to, held.to) }))
    .filter(({ from, to }) => to > from);
}

/**
 * Offsets from the table's first row on that no row has and that the topic no longer holds: markers and dead letters, or records that retention
 * took before the sink had come to them. Nobody can tell any more.
 */
export function goneRanges({ held, lake }: PartitionState): OffsetRange[] {
  if (!held || !lake) return [];
  return [...lake.gaps, { from: lake.last + 1n, to: held.from }]
    .map(({ from, to }) => ({ from, to: min(to, held.from) }))
    .filter(({ from, to }) => to > from);
}

/** Offsets that the sink has not reached yet: its word and the table's last row may each be ahead of the other. */
export function pendingRange({ held, committed, lake }: PartitionState): OffsetRange | undefined {
  if (!held) return undefined;
  const done = max(committed ?? held.from, lake ? lake.last + 1n : held.from);
  const from = max(done, held.from);
  return held.to > from ? { from, to: held.to } : undefined;
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
