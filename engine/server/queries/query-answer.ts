import type { Column, HeaderColumn } from '../../catalog/catalog';

/** Rows for one client: from a pull query all at once, from a push query as they come. */
export interface QueryAnswer {
  readonly queryId: string;
  readonly kind: 'PULL' | 'PUSH';
  readonly columns: readonly AnswerColumn[];
  /** Rows in the order of `columns`; ends with the query. Throws when it fails. */
  readonly rows: AsyncIterable<readonly (readonly unknown[])[]> | Iterable<readonly (readonly unknown[])[]>;
  /** Whether a row says that one before it, of the same key, is gone: push queries on tables. */
  isTombstone?(row: readonly unknown[]): boolean;
  /** Why the answer ended, as `/query` tells it; none for pull queries on tables. */
  finalMessage(): string | undefined;
  /** Told how many bytes went to the client, where they are counted. */
  onSent?(bytes: number): void;
  /** Ends the query; `rows` ends soon after. */
  close(): void;
}
export interface AnswerColumn extends Column {
  /** Shown as `KEY` in the header of `/query`. */
  readonly isKey: boolean;
  /** Shown as `HEADER('key')` or `HEADERS`. */
  readonly header?: HeaderColumn;
}
