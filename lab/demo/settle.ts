import { setTimeout as sleep } from 'node:timers/promises';

export interface SettleOptions {
  readonly timeoutMs: number;
  readonly pollMs: number;
  /** Time runs from the last change of what is wrong: slow is not stuck. */
  readonly whileMoving?: boolean;
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
  let deadline = Date.now() + options.timeoutMs;
  let before: string | undefined;
  for (;;) {
    const value = await measure();
    const wrong = problem(value);
    if (wrong === undefined) return { value };
    if (options.whileMoving && wrong !== before) deadline = Date.now() + options.timeoutMs;
    before = wrong;
    if (Date.now() > deadline || options.signal?.aborted) return { value, problem: wrong };
    await sleep(options.pollMs);
  }
}
