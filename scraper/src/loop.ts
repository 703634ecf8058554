import { Backoff } from './backoff';
import type { Kind } from './config';
import { asScrapeError } from './errors';
import type { ScrapeError } from './errors';
import { endpointOf, hashOf } from './event';
import type { ScrapeEvent } from './event';
import type { Answer, Scraper, Validators } from './http-scraper';
import { parsePayload } from './parsers';
import type { Target } from './target';

export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
export interface LoopDeps {
  readonly scraper: Scraper;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  /** Runs a poll within the limits on requests under way. */
  readonly limit: <T>(host: string, work: () => Promise<T>) => Promise<T>;
  /** Takes one event; resolves late when the broker is behind, which holds the loop back. */
  readonly emit: (event: ScrapeEvent) => Promise<void>;
  readonly backoff: { readonly maxMs: number; readonly openAfter: number };
}
/** What /targets shows of a loop. */
export interface LoopHealth {
  readonly target: string;
  readonly kind: string;
  readonly state: 'closed' | 'open';
  readonly consecutiveFailures: number;
  readonly lastDurationMs: number | null;
  readonly lastError: string | null;
}

/** Polls one kind of one target until it is stopped. */
export class ScrapeLoop {
  private readonly stopping = new AbortController();
  private readonly backoff: Backoff;
  private validators: Validators = {};
  private lastHash: string | null = null;
  private lastBytes: number | null = null;
  private lastSnapshotAt = -Infinity;
  private lastDurationMs: number | null = null;
  private lastError: string | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    readonly target: Target,
    readonly kind: Kind,
    private readonly deps: LoopDeps,
  ) {
    this.backoff = new Backoff({ periodMs: kind.period_ms, random: deps.random, ...deps.backoff });
  }

  /** Starts at a random point of the first period, so that loops made together do not poll together. */
  start(): void {
    this.running = this.run();
  }

  /** Resolves when the poll under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  health(): LoopHealth {
    const { state, consecutiveFailures } = this.backoff;
    const { lastDurationMs, lastError } = this;
    return {
      target: this.target.id,
      kind: this.kind.name,
      state,
      consecutiveFailures,
      lastDurationMs,
      lastError,
    };
  }

  private async run(): Promise<void> {
    const { clock, random } = this.deps;
    const { signal } = this.stopping;
    await clock.sleep(Math.round(random() * this.kind.period_ms), signal);
    while (!signal.aborted) {
      const began = clock.now();
      await this.pollOnce();
      // The period counts from start to start; a slow answer does not shift the rhythm.
      await clock.sleep(Math.max(0, this.backoff.nextDelayMs() - (clock.now() - began)), signal);
    }
  }

  /** One poll and its event; never throws. */
  async pollOnce(): Promise<void> {
    const host = new URL(this.target.url).host;
    const event = await this.deps.limit(host, () => this.poll());
    this.lastDurationMs = event.duration_ms;
    this.lastError = event.error;
    await this.deps.emit(event);
  }

  private async poll(): Promise<ScrapeEvent> {
    const startedAt = this.deps.clock.now();
    try {
      const answer = await this.deps.scraper.scrape(this.target, this.kind, this.validators);
      const event = this.eventOf(answer, startedAt);
      this.backoff.succeeded();
      return event;
    } catch (error) {
      this.backoff.failed();
      return this.failure(asScrapeError(error), startedAt);
    }
  }

  private eventOf(answer: Answer, startedAt: number): ScrapeEvent {
    const base = { ...this.common(startedAt), http_status: answer.status, error_kind: null, error: null };
    if (answer.notModified) return { ...base, outcome: 'heartbeat', ...this.lastPayload(), payload: null };
    const payload = parsePayload(answer.body, this.kind);
    const hash = hashOf(payload);
    const due = startedAt - this.lastSnapshotAt >= this.kind.snapshot_every_ms;
    const unchanged = hash === this.lastHash && !due;
    this.remember(answer, hash, unchanged ? this.lastSnapshotAt : startedAt);
    if (unchanged) return { ...base, outcome: 'heartbeat', ...this.lastPayload(), payload: null };
    return { ...base, outcome: 'success', ...this.lastPayload(), payload };
  }

  private remember(answer: Answer, hash: string, snapshotAt: number): void {
    this.validators = { etag: answer.etag, lastModified: answer.lastModified };
    this.lastHash = hash;
    this.lastBytes = answer.body.length;
    this.lastSnapshotAt = snapshotAt;
  }

  private lastPayload(): Pick<ScrapeEvent, 'payload_hash' | 'payload_bytes'> {
    return { payload_hash: this.lastHash, payload_bytes: this.lastBytes };
  }

  private failure(error: ScrapeError, startedAt: number): ScrapeEvent {
    return {
      ...this.common(startedAt),
      outcome: 'failure',
      http_status: error.status ?? null,
      error_kind: error.kind,
      error: error.message.slice(0, 500),
      payload_hash: null,
      payload_bytes: null,
      payload: null,
    };
  }

  private common(startedAt: number) {
    return {
      event_id: this.deps.newId(),
      scrape_time: startedAt,
      orchestrator_id: this.target.orchestratorId,
      target_id: this.target.id,
      region: this.target.region,
      event_type: this.kind.name,
      endpoint: endpointOf(this.target, this.kind),
      duration_ms: Math.round(this.deps.clock.now() - startedAt),
    };
  }
}
