import type { SerdeSpec } from '../../formats/contracts';
import { protobufSchemaOf } from '../../formats/protobuf/protobuf-generate';
import { protobufNoSrSerializer } from '../../formats/protobuf/protobuf-format';
import type { AnswerColumn } from '../queries/query-answer';
import type { RowsFormat } from './row-formats';

export const PROTOBUF_ROWS = 'application/vnd.ksql.v1+protobuf';

/** `/query`'s array, each row a message in base64; the header holds the schema that reads them. */
export function protobufRows(columns: readonly AnswerColumn[]): RowsFormat {
  const spec: SerdeSpec = {
    topic: '',
    format: { name: 'PROTOBUF_NOSR', properties: {} },
    features: {},
    columns,
    isKey: false,
  };
  const serializer = protobufNoSrSerializer(spec);
  const text = (row: readonly unknown[]): string => serializer.serialize(row)!.toString('base64');
  return {
    contentType: PROTOBUF_ROWS,
    header: ({ queryId }) =>
      `[${JSON.stringify({ header: { queryId, protoSchema: protobufSchemaOf(columns, spec.format) } })}`,
    rows: (rows) => rows.map((row) => `,\n{"row":{"protobufBytes":"${text(row)}"}}`).join(''),
    footer: (message) =>
      message === undefined ? ']\n' : `,\n${JSON.stringify({ finalMessage: message })}]\n`,
    error: (error) => `,\n${JSON.stringify({ errorMessage: error.body() })}`,
  };
}
