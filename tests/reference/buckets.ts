import { BUCKET_GROWTH, FPS_BUCKETS_A_FRAME } from './rules';

const labelOf = (index: number): string => String(index).padStart(4, '0');
const growing = (value: number): number => Math.floor(Math.log(Math.max(value, 1)) / Math.log(BUCKET_GROWTH));

/** Which bucket a value lies in, and the middle of it. */
export interface Buckets {
  readonly label: (value: number) => string;
  readonly middle: (value: number) => number;
}

/** Buckets that grow by 5 %: of ms, and of thousandths of a megapixel a second. */
export const LATENCY: Buckets = {
  label: (value) => labelOf(growing(value)),
  middle: (value) => BUCKET_GROWTH ** (growing(value) + 0.5),
};
export const MEGAPIXELS: Buckets = {
  label: (value) => labelOf(growing(value * 1_000)),
  middle: (value) => BUCKET_GROWTH ** (growing(value * 1_000) + 0.5) / 1_000,
};
/** Half a frame wide, up to a largest one. */
export const frames = (largest: number): Buckets => {
  const index = (value: number): number => Math.floor(Math.min(value, largest) * FPS_BUCKETS_A_FRAME);
  return {
    label: (value) => labelOf(index(value)),
    middle: (value) => (index(value) + 0.5) / FPS_BUCKETS_A_FRAME,
  };
};

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed, moved to the middle of its bucket. */
export function percentile(values: readonly number[], percent: number, { middle }: Buckets): number | null {
  if (values.length === 0) return null;
  const ordered = [...values].sort((a, b) => a - b);
  return middle(ordered[Math.ceil((values.length * percent) / 100) - 1]!);
}

/** How many values lie in each bucket. */
export function countsOf(values: readonly number[], { label }: Buckets): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[label(value)] = (counts[label(value)] ?? 0) + 1;
  return counts;
}
