import type { Limits } from '../config/server-config';
import { ERROR_CODES, WireError } from '../http/wire-error';
import type { QueryAnswer } from './query-answer';

const HOUR_MS = 3_600_000;
const MEGABYTE = 1024 * 1024;
const SECOND_MS = 1000;

type PullLimitSettings = Pick<
  Limits,
  'maxPullQps' | 'maxConcurrentPulls' | 'maxPullMegabytesPerHour' | 'pullTimeoutMs'
>;

/** How many pull queries a server answers: a second, at the same time, and in bytes an hour. */
export class PullLimits {
  private running = 0;
  private tokens: number;
  private filledAt: number;
  /** Bytes sent within the last hour, with their times, oldest first. */
  private readonly sent: { readonly at: number; bytes: number }[] = [];
  private sentBytes = 0;

  constructor(
    private readonly limits: PullLimitSettings,
    private readonly clock: () => number,
  ) {
    this.tokens = limits.maxPullQps;
    this.filledAt = clock();
  }

  /** Lets a query in; the function returned lets it out again. @throws WireError 429 when a limit is reached */
  enter(): () => void {
    const { maxPullQps, maxConcurrentPulls, maxPullMegabytesPerHour } = this.limits;
    this.refill();
    if (this.tokens < 1)
      throw tooMany(`Host is at rate limit for pull queries. Currently set to ${maxPullQps} qps.`);
    this.forgetOld();
    if (this.sentBytes > maxPullMegabytesPerHour * MEGABYTE)
      throw tooMany(
        `Host is at bandwidth rate limit for pull queries. Currently set to ${maxPullMegabytesPerHour} megabytes per hour.`,
      );
    if (this.running >= maxConcurrentPulls)
      throw tooMany(
        `Host is at concurrency limit for pull queries. Currently set to maximum ${maxConcurrentPulls} concurrent requests.`,
      );
    this.tokens--;
    this.running++;
    let isInside = true;
    return () => {
      if (isInside) this.running--;
      isInside = false;
    };
  }

  /** The answer, counted until it is closed, and ended when it takes too long. */
  watch(answer: QueryAnswer, leave: () => void): QueryAnswer {
    return {
      ...answer,
      rows: Symbol.asyncIterator in answer.rows ? this.inTime(answer, answer.rows) : answer.rows,
      finalMessage: () => answer.finalMessage(),
      close: () => {
        leave();
        answer.close();
      },
      onSent: (bytes) => this.count(bytes),
    };
  }

  private async *inTime(
    answer: QueryAnswer,
    rows: AsyncIterable<readonly (readonly unknown[])[]>,
  ): AsyncIterable<readonly (readonly unknown[])[]> {
    const { pullTimeoutMs } = this.limits;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      answer.close();
    }, pullTimeoutMs);
    try {
      for await (const batch of rows) {
        if (isLate) break;
        yield batch;
      }
      if (isLate)
        throw new WireError(
          ERROR_CODES.badRequest,
          `The pull query took longer than ${pullTimeoutMs} ms (ksql.query.pull.timeout.ms): add LIMIT, or ask a table`,
        );
    } finally {
      clearTimeout(timer);
    }
  }

  private refill(): void {
    const now = this.clock();
    const gained = ((now - this.filledAt) / SECOND_MS) * this.limits.maxPullQps;
    this.tokens = Math.min(this.limits.maxPullQps, this.tokens + gained);
    this.filledAt = now;
  }
  /** One entry a second at most, so that many small answers take no memory. */
  private count(bytes: number): void {
    const at = this.clock();
    const last = this.sent.at(-1);
    if (last && at - last.at < SECOND_MS) last.bytes += bytes;
    else this.sent.push({ at, bytes });
    this.sentBytes += bytes;
  }
  private forgetOld(): void {
    const limit = this.clock() - HOUR_MS;
    while (this.sent.length > 0 && this.sent[0]!.at < limit) this.sentBytes -= this.sent.shift()!.bytes;
  }
}

function tooMany(message: string): WireError {
  return new WireError(ERROR_CODES.tooManyRequests, message);
}
