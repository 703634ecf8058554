import { ERROR_CODES, WireError } from '../http/wire-error';

export interface TransientQuery {
  readonly id: string;
  readonly sql: string;
  readonly close: () => void;
}

/** The push queries that run now, so that they can be counted, listed and closed. */
export class TransientQueries {
  private readonly running = new Map<string, TransientQuery>();
  constructor(private readonly limit: number) {}

  list(): readonly TransientQuery[] {
    return [...this.running.values()];
  }

  /** @throws WireError 429 when as many run as may */
  register(query: TransientQuery): void {
    if (this.running.size >= this.limit) {
      throw new WireError(
        ERROR_CODES.tooManyRequests,
        `${this.limit} push queries run already, more are not started (ksql.max.push.queries): close one first`,
      );
    }
    this.running.set(query.id, query);
  }
  unregister(queryId: string): void {
    this.running.delete(queryId);
  }
  close(queryId: string): boolean {
    const query = this.running.get(queryId);
    this.running.delete(queryId);
    query?.close();
    return query !== undefined;
  }
  closeAll(): void {
    for (const id of [...this.running.keys()]) this.close(id);
  }
}
