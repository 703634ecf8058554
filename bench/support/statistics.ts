/** The value below which `share` (0 to 1) of the samples lie: nearest rank, no interpolation. NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Smallest, median and largest, as every figure is reported. */
export function spread(samples: readonly number[]): {
  readonly min: number;
  readonly median: number;
  readonly max: number;
} {
  return { min: Math.min(...samples), median: median(samples), max: Math.max(...samples) };
}
