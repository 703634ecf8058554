export interface RetryOptions {
  readonly isTransient: (error: unknown) => boolean;
  /** Waits double from here, ms. */
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** After this long the last error is thrown, ms. */
  readonly timeoutMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly now?: () => number;
}

const DEFAULTS = { firstDelayMs: 100, maxDelayMs: 2_000, timeoutMs: 60_000 };

/** Runs `work` again, with growing pauses, while it fails for a transient reason. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const {
    firstDelayMs,
    maxDelayMs,
    timeoutMs,
    sleep = pause,
    now = Date.now,
    isTransient,
  } = { ...DEFAULTS, ...options };
  const deadline = now() + timeoutMs;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, maxDelayMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || now() + delayMs > deadline) throw error;
      await sleep(delayMs);
    }
  }
}

export interface PollOptions {
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Asks again until `look` returns something; undefined when the time is over. */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  { everyMs, timeoutMs }: PollOptions,
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() + everyMs > deadline) return found;
    await pause(everyMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
