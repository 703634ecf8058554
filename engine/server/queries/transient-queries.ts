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

  /** @throws WireError when as many run as may */
  register(query: TransientQuery): void {
    if (this.running.size >= this.limit) {
      throw new WireError(
        ERROR_CODES.badRequest,
        `Not executing statement(s) '${query.sql}' as it would cause the number of active, push queries to exceed the configured limit. ` +
          `Terminate already running PUSH queries, or increase the 'ksql.max.push.queries' setting via the 'ksql-server.properties' file. ` +
          `Current push query count: ${this.running.size}. Configured limit: ${this.limit}.`,
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
