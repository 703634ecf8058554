export interface BackoffOptions {
  readonly periodMs: number;
  readonly maxMs: number;
  readonly openAfter: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * How long to wait before the next poll of one target. Success: the period. Failures in a row: the period doubled each
 * time, up to `maxMs`, with full jitter on the added part; from `openAfter` on the circuit is open: one probe in half of `maxMs` to
 * all of it, so that targets that failed together do not come back together.
 */
export class Backoff {
  private failures = 0;
  constructor(private readonly options: BackoffOptions) {}

  get consecutiveFailures(): number {
    return this.failures;
  }
  get state(): 'closed' | 'open' {
    return this.failures >= this.options.openAfter ? 'open' : 'closed';
  }
  succeeded(): void {
    this.failures = 0;
  }
  failed(): void {
    this.failures += 1;
  }
  /** Milliseconds until the next poll. */
  nextDelayMs(): number {
    const { periodMs, maxMs, random } = this.options;
    if (this.failures === 0) return periodMs;
    const least = this.state === 'open' ? Math.max(periodMs, maxMs / 2) : periodMs;
    const most = Math.max(
      least,
      this.state === 'open' ? maxMs : Math.min(maxMs, periodMs * 2 ** this.failures),
    );
    return Math.round(least + random() * (most - least));
  }
}
