import { setTimeout as sleep } from 'node:timers/promises';

export interface SettleOptions {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly signal?: AbortSignal;
}

export interface Settled<T> {
  readonly value: T;
  /** What was still wrong when time was up; undefined when all was well. */
  readonly problem?: string;
}

/** Measures again and again until `problem` finds nothing wrong or time is up. */
export async function settle<T>(
  measure: () => Promise<T>,
  problem: (value: T) => string | undefined,
  options: SettleOptions,
): Promise<Settled<T>> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const value = await measure();
    const wrong = problem(value);
    if (wrong === undefined) return { value };
    if (Date.now() > deadline || options.signal?.aborted) return { value, problem: wrong };
    await sleep(options.pollMs);
  }
}
