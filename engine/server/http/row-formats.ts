import { formatSchema } from '../../catalog/schema-text';
import { formatColumn } from '../../catalog/schema-text';
import { formatType } from '../../types/type-text';
import type { AnswerColumn, QueryAnswer } from '../queries/query-answer';
import { rowWriter } from './row-json';
import { PROTOBUF_ROWS, protobufRows } from './protobuf-rows';
import type { WireError } from './wire-error';

/** How an answer's rows are put on the wire. */
export interface RowsFormat {
  readonly contentType: string;
  header(answer: QueryAnswer): string;
  rows(rows: readonly (readonly unknown[])[], isTombstone: (row: readonly unknown[]) => boolean): string;
  footer(finalMessage: string | undefined): string;
  error(error: WireError): string;
}
export type RowsFormatFactory = (columns: readonly AnswerColumn[]) => RowsFormat;

const DELIMITED = 'application/vnd.ksqlapi.delimited.v1';
const KSQL_JSON = 'application/vnd.ksql.v1+json';
const PLAIN_JSON = 'application/json';

/** The format that the client takes; each endpoint has its own for those who do not say. */
export function rowsFormat(
  accept: string | undefined,
  endpoint: 'query' | 'query-stream',
): RowsFormatFactory {
  const wanted = (accept ?? '*/*').split(',').map((type) => type.split(';')[0]!.trim().toLowerCase());
  for (const type of wanted) {
    if (type === DELIMITED || type === 'application/ksqlapi.delimited.v1') return delimited;
    if (type === PROTOBUF_ROWS) return protobufRows;
    if (type === KSQL_JSON) return ksqlJson(KSQL_JSON);
    if (type === PLAIN_JSON) return endpoint === 'query' ? ksqlJson(PLAIN_JSON) : plainJson;
  }
  return endpoint === 'query' ? ksqlJson(KSQL_JSON) : delimited;
}

function metadata({ queryId, columns }: QueryAnswer): string {
  const shown = shownColumns(columns);
  return JSON.stringify({
    queryId,
    columnNames: shown.map(({ name }) => name),
    columnTypes: shown.map(({ type }) => formatType(type)),
  });
}

/** Stock shows header columns before the value columns, and yet sends them after these in every row. */
function shownColumns(columns: readonly AnswerColumn[]): readonly AnswerColumn[] {
  if (columns.every(({ header }) => header === undefined)) return columns;
  const rank = ({ isKey, header }: AnswerColumn): number => (isKey ? 0 : header ? 1 : 2);
  return [...columns].sort((a, b) => rank(a) - rank(b));
}

/** Bare arrays have no place to say that a row is gone: it is left out. */
function alive(
  rows: readonly (readonly unknown[])[],
  isTombstone: (row: readonly unknown[]) => boolean,
): readonly (readonly unknown[])[] {
  return rows.filter((row) => !isTombstone(row));
}

/** One JSON array or object a line. */
function delimited(columns: readonly AnswerColumn[]): RowsFormat {
  const write = rowWriter(columns.map(({ type }) => type));
  return {
    contentType: DELIMITED,
    header: (answer) => `${metadata(answer)}\n`,
    rows: (rows, isGone) =>
      alive(rows, isGone)
        .map((row) => `${write(row)}\n`)
        .join(''),
    footer: () => '',
    error: (error) => `${JSON.stringify(error.body())}\n`,
  };
}

/** The lines of {@link delimited} as the elements of one array. */
function plainJson(columns: readonly AnswerColumn[]): RowsFormat {
  const write = rowWriter(columns.map(({ type }) => type));
  return {
    contentType: PLAIN_JSON,
    header: (answer) => `[${metadata(answer)}`,
    rows: (rows, isGone) =>
      alive(rows, isGone)
        .map((row) => `,\n${write(row)}`)
        .join(''),
    footer: () => ']',
    error: (error) => `,\n${JSON.stringify(error.body())}`,
  };
}

/** `/query`'s array of header, rows and final message. */
function ksqlJson(contentType: string): RowsFormatFactory {
  return (columns) => {
    const write = rowWriter(columns.map(({ type }) => type));
    return {
      contentType,
      header: ({ queryId }) => `[{"header":${JSON.stringify({ queryId, schema: schemaText(columns) })}}`,
      rows: (rows, isGone) =>
        rows
          .map((row) => `,\n{"row":{"columns":${write(row)}${isGone(row) ? ',"tombstone":true' : ''}}}`)
          .join(''),
      // Clients read line by line and take the newline at the end for granted.
      footer: (message) =>
        message === undefined ? ']\n' : `,\n{"finalMessage":${JSON.stringify(message)}}]\n`,
      error: (error) => `,\n{"errorMessage":${JSON.stringify(error.body())}}`,
    };
  };
}

function schemaText(columns: readonly AnswerColumn[]): string {
  return shownColumns(columns).map(columnText).join(', ');
}

function columnText(column: AnswerColumn): string {
  if (column.header) return formatSchema({ key: [], value: [], headers: [column.header] });
  return column.isKey ? formatSchema({ key: [column], value: [] }) : formatColumn(column);
}
