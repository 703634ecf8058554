import { setTimeout as sleep } from 'node:timers/promises';
import { pullQuery } from '../measure/ksqldb-client';

const EVERY_MS = 100;

/** Asks by pull query all the time, and remembers the longest time without an answer. */
export class AnswerWatch {
  private stopping = false;
  private lastAt = performance.now();
  private longestMs = 0;
  private readonly loop: Promise<void>;

  constructor(url: string, table: string) {
    this.loop = this.run(url, `SELECT ROLLUP_KEY FROM ${table} WHERE ROLLUP_KEY = 'nobody';`);
  }

  /** Longest time without an answer so far, ms. */
  get longestUnansweredMs(): number {
    return Math.max(this.longestMs, performance.now() - this.lastAt);
  }

  async stop(): Promise<number> {
    this.stopping = true;
    await this.loop;
    return this.longestMs;
  }

  private async run(url: string, sql: string): Promise<void> {
    while (!this.stopping) {
      try {
        await pullQuery(url, sql);
        const now = performance.now();
        this.longestMs = Math.max(this.longestMs, now - this.lastAt);
        this.lastAt = now;
      } catch {
        // Counts as no answer.
      }
      await sleep(EVERY_MS);
    }
  }
}
