import { Backoff } from './backoff';
import type { Kind } from './config/kinds';
import { asScrapeError, ScrapeError } from './errors';
import { hashOf } from './event';
import type { ScrapeEvent } from './event';
import type { Answer } from './http/answer';
import type { Scraper, Validators } from './http/http-scraper';
import type { Limiter } from './limiter';
import { parsePayload } from './parsers';
import type { Payload } from './parsers';
import { startOffset } from './spread';
import { endpointOf, hostOf } from './target';
import type { Target } from './target';

export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds since some moment; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
export interface LoopDeps {
  readonly scraper: Scraper;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly scraperId: string;
  /** Runs a poll within the limits on requests under way. */
  readonly limit: Limiter;
  /** Takes one event; resolves late when the disk is behind, which holds the loop back. */
  readonly emit: (event: ScrapeEvent, kind: Kind) => Promise<void>;
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
/** The last whole answer. */
interface Last {
  readonly hash: string;
  readonly bytes: number;
  readonly validators: Validators;
  readonly snapshotAt: number;
  readonly parsed: Pick<Payload, 'fields' | 'rows'>;
}

const NOTHING: Pick<Payload, 'fields' | 'rows'> = { fields: {}, rows: [] };
const MAX_ERROR = 500;

/** Polls one kind of one target until it is stopped. */
export class ScrapeLoop {
  private readonly stopping = new AbortController();
  private readonly backoff: Backoff;
  private last: Last | undefined;
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

  /** Starts at the target's own point of the first period, so that loops made together do not poll together. */
  start(): void {
    this.running = this.run();
  }

  /** Gives up the poll under way, without an event; resolves when it has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  health(): LoopHealth {
    const { state, consecutiveFailures } = this.backoff;
    const { lastDurationMs, lastError } = this;
    return { target: this.target.id, kind: this.kind.name, state, consecutiveFailures, lastDurationMs, lastError }; // prettier-ignore
  }

  /** One poll and its event; never throws. `due` is when it should have begun. */
  async pollOnce(due?: number): Promise<void> {
    const { limit, emit } = this.deps;
    const event = await limit(hostOf(this.target), this.target.targetClass, () => this.poll(due));
    if (event === undefined) return;
    this.lastDurationMs = event.duration_ms;
    this.lastError = event.error;
    await emit(event, this.kind);
  }

  /** Polls on a grid of the monotonic clock: neither slow answers nor a changed wall clock shift it. */
  private async run(): Promise<void> {
    const { clock } = this.deps;
    const { signal } = this.stopping;
    let due = clock.monotonic() + startOffset(this.target.id, this.kind);
    while (!signal.aborted) {
      await clock.sleep(Math.max(0, due - clock.monotonic()), signal);
      if (signal.aborted) return;
      await this.pollOnce(due);
      due = this.nextDue(due + this.backoff.nextDelayMs());
    }
  }

  /** Moments that went by during a poll are left out, not made up for. */
  private nextDue(due: number): number {
    const late = this.deps.clock.monotonic() - due;
    return late <= 0 ? due : due + Math.ceil(late / this.kind.period_ms) * this.kind.period_ms;
  }

  private async poll(due?: number): Promise<ScrapeEvent | undefined> {
    const { clock, scraper } = this.deps;
    const { signal } = this.stopping;
    if (signal.aborted) return undefined;
    const begun = { wall: clock.now(), at: clock.monotonic(), due };
    try {
      // A snapshot that is due has to come whole.
      const validators = this.last && !this.snapshotDue(begun.at) ? this.last.validators : {};
      const answer = await scraper.scrape(this.target, this.kind, validators, signal);
      const event = this.eventOf(answer, begun);
      this.backoff.succeeded();
      return event;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.backoff.failed();
      return this.failure(asScrapeError(error), begun);
    }
  }

  private eventOf(answer: Answer, begun: Begun): ScrapeEvent {
    if (answer.notModified && !this.last)
      throw new ScrapeError(
        'parse',
        'the answer is "not modified", but nothing was known before',
        answer.status,
      );
    const payload = answer.notModified ? undefined : parsePayload(answer.body, this.kind);
    const hash = payload && hashOf(payload.text);
    const unchanged = payload === undefined || (hash === this.last?.hash && !this.snapshotDue(begun.at));
    const parsed = payload ?? this.last?.parsed ?? NOTHING;
    if (payload) this.remember(answer, payload, hash!, unchanged ? this.last!.snapshotAt : begun.at);
    const shown = unchanged && !this.kind.repeat_rows ? NOTHING : parsed;
    return {
      ...this.common(begun),
      outcome: unchanged ? 'heartbeat' : 'success',
      http_status: answer.status,
      error_kind: null,
      error: null,
      payload_hash: this.last!.hash,
      payload_bytes: this.last!.bytes,
      payload: unchanged ? null : payload.text,
      parsed_fields: shown.fields,
      parsed_rows: shown.rows,
    };
  }

  private snapshotDue(at: number): boolean {
    return !this.last || at - this.last.snapshotAt >= this.kind.snapshot_every_ms;
  }

  private remember(answer: Answer, payload: Payload, hash: string, snapshotAt: number): void {
    this.last = {
      hash,
      bytes: Buffer.byteLength(payload.text),
      validators: { etag: answer.etag, lastModified: answer.lastModified },
      snapshotAt,
      parsed: this.kind.repeat_rows ? { fields: payload.fields, rows: payload.rows } : NOTHING,
    };
  }

  private failure(error: ScrapeError, begun: Begun): ScrapeEvent {
    return {
      ...this.common(begun),
      outcome: 'failure',
      http_status: error.status ?? null,
      error_kind: error.kind,
      error: error.message.slice(0, MAX_ERROR),
      payload_hash: null,
      payload_bytes: null,
      payload: null,
      parsed_fields: {},
      parsed_rows: [],
    };
  }

  private common({ wall, at, due }: Begun) {
    const { target, kind, deps } = this;
    return {
      event_id: deps.newId(),
      scrape_time: wall,
      scraper_id: deps.scraperId,
      orchestrator_id: target.orchestratorId,
      target_id: target.id,
      region: target.region,
      event_type: kind.name,
      endpoint: endpointOf(target, kind.path),
      duration_ms: Math.round(deps.clock.monotonic() - at),
      schedule_delay_ms: due === undefined ? null : Math.max(0, Math.round(at - due)),
    };
  }
}

/** When a poll began by both clocks, and when it should have. */
interface Begun {
  readonly wall: number;
  readonly at: number;
  readonly due?: number;
}
