import { ERROR_CODES, WireError } from '../http/wire-error';

/** The push queries that run now, so that they can be counted, listed and closed. */
export class TransientQueries {
  private readonly running = new Map<string, () => void>();
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.running.size;
  }

  /** @throws WireError 429 when as many run as may */
  register(queryId: string, close: () => void): void {
    if (this.running.size >= this.limit) {
      throw new WireError(
        ERROR_CODES.tooManyRequests,
        `${this.limit} push queries run already, more are not started (ksql.max.push.queries): close one first`,
      );
    }
    this.running.set(queryId, close);
  }
  unregister(queryId: string): void {
    this.running.delete(queryId);
  }
  close(queryId: string): boolean {
    const close = this.running.get(queryId);
    this.running.delete(queryId);
    close?.();
    return close !== undefined;
  }
  closeAll(): void {
    for (const id of [...this.running.keys()]) this.close(id);
  }
}
