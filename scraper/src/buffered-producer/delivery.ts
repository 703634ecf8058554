import { setTimeout as sleep } from 'node:timers/promises';
import type { DiskBuffer } from './disk-buffer';
import type { StoredRecord } from './record';

/** Takes records to the broker: resolves when all of them are stored there. */
export interface Transport {
  send(records: readonly StoredRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** The broker will never take these records as they are: trying again would hold up all others. */
export class RejectedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RejectedError';
  }
}

export interface DeliveryOptions {
  readonly buffer: DiskBuffer;
  readonly transport: Transport;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly maxRecords?: number;
  /** Of one request, before compression: below the topic's `max.message.bytes`. */
  readonly maxBytes?: number;
  /** How long a request that is not full waits for more records. */
  readonly lingerMs?: number;
  readonly retry?: { readonly firstMs: number; readonly maxMs: number };
}

export interface DeliveryCounts {
  readonly sent: number;
  /** Records of requests that failed, which are sent again: the broker may hold them already. */
  readonly resent: number;
  /** Never taken by the broker, and given up. */
  readonly rejected: number;
  readonly failedRequests: number;
  readonly connected: boolean;
}

const LOG_EVERY_MS = 30_000;
const DISK_RETRY_MS = 1_000;

/** Sends what the buffer holds, in order, one request at a time, until the broker has it. */
export class Delivery {
  private readonly stopping = new AbortController();
  private readonly tally = { sent: 0, resent: 0, rejected: 0, failedRequests: 0 };
  private connected = false;
  private failures = 0;
  private lastLog = -Infinity;
  private flushing = false;
  private readonly running: Promise<void>;

  constructor(private readonly options: DeliveryOptions) {
    this.running = this.run();
  }

  counts(): DeliveryCounts {
    return { ...this.tally, connected: this.connected };
  }

  /** Sends what is held for at most `ms`; what is left then stays on disk. Resolves with the number of those. */
  async stop(ms: number): Promise<number> {
    this.flushing = true;
    const deadline = performance.now() + ms;
    while (this.held() > 0 && performance.now() < deadline) await sleep(20);
    this.stopping.abort();
    const ended = this.running.then(() => true);
    // A request under way to a broker that is gone is not waited for: its records are still held.
    await Promise.race([ended, sleep(Math.max(500, deadline - performance.now()), false, { ref: false })]);
    await Promise.race([this.options.transport.close(), sleep(2_000, undefined, { ref: false })]);
    return this.held();
  }

  private held(): number {
    const { held } = this.options.buffer.counts();
    return held.low.records + held.normal.records + held.high.records;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { buffer, maxRecords = 2_000, maxBytes = 900_000, lingerMs = 50 } = this.options;
    while (!signal.aborted) {
      await buffer.readable(signal);
      if (signal.aborted) return;
      if (!this.flushing && this.held() < maxRecords) await this.pause(lingerMs);
      try {
        await this.deliver(await buffer.read(maxRecords, maxBytes));
      } catch (error) {
        // The disk failed: what is held is read again when it works.
        this.options.log('error', `the buffer cannot be read: ${(error as Error).message}; trying again`);
        await this.pause(DISK_RETRY_MS);
      }
    }
  }

  /** Sends until the broker has all of them; halves what it refuses, so that one bad record does not hold up the rest. */
  private async deliver(records: readonly StoredRecord[]): Promise<void> {
    while (records.length > 0 && !this.stopping.signal.aborted) {
      try {
        await this.options.transport.send(records);
      } catch (error) {
        if (error instanceof RejectedError) return this.deliverParts(records, error);
        await this.failed(records.length, error as Error);
        continue;
      }
      this.succeeded(records.length);
      return this.options.buffer.remove(records);
    }
  }

  private async deliverParts(records: readonly StoredRecord[], error: RejectedError): Promise<void> {
    if (records.length === 1) {
      this.tally.rejected += 1;
      const { key, value } = records[0]!;
      this.options.log('error', `the broker refuses a record of key "${key}", ${value.length} bytes, for good (${error.message}): it is given up`); // prettier-ignore
      return this.options.buffer.remove(records);
    }
    const middle = Math.ceil(records.length / 2);
    await this.deliver(records.slice(0, middle));
    await this.deliver(records.slice(middle));
  }

  private succeeded(count: number): void {
    if (!this.connected) this.options.log('info', `the broker takes records; ${this.held()} are waiting`);
    this.connected = true;
    this.failures = 0;
    this.tally.sent += count;
  }

  private async failed(count: number, error: Error): Promise<void> {
    const { firstMs, maxMs } = this.options.retry ?? { firstMs: 200, maxMs: 10_000 };
    this.tally.failedRequests += 1;
    this.tally.resent += count;
    const now = performance.now();
    if (this.connected || now - this.lastLog > LOG_EVERY_MS) {
      this.options.log('warn', `the broker did not take ${count} records: ${error.message}; ${this.held()} are held, trying again`); // prettier-ignore
      this.lastLog = now;
    }
    this.connected = false;
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(this.failures++, 20));
    await this.pause(ceiling * (0.5 + Math.random() / 2));
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
