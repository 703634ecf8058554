import type { AnswerColumn } from '../queries/query-answer';
import type { RowsFormat } from './row-formats';
import { rowWriter } from './row-json';

/** Placeholder replaced below. */
export function protobufFormat(columns: readonly AnswerColumn[]): RowsFormat {
  const write = rowWriter(columns.map(({ type }) => type));
  return {
    contentType: 'application/vnd.ksql.v1+protobuf',
    header: () => '',
    rows: (rows) => rows.map(write).join(''),
    footer: () => '',
    error: () => '',
  };
}
