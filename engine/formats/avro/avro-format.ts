import type { Row } from '../../runtime/contracts';
import type { Deserializer, SerdeSpec, Serializer } from '../contracts';
import type { PreparedSchema } from '../schema-cache';
import { SchemaIdDeserializer, WIRE_HEADER_SIZE } from '../wire-format';
import type { SchemaLookup } from '../wire-format';
import { isUnwrapped } from '../wrapping';
import { AvroCursor } from './avro-cursor';
import { AvroOutput } from './avro-output';
import { avroReader, avroRecordReader } from './avro-reader';
import type { AvroReader } from './avro-reader';
import { parseAvroSchema } from './avro-schema';
import type { AvroType } from './avro-schema';
import { avroRecordWriter, avroWriter } from './avro-writer';

/** AVRO in Confluent's wire format: a zero byte, the schema's id in four bytes, the binary encoding. */
export function avroSerializer(spec: SerdeSpec, prepared: PreparedSchema): Serializer {
  const write = rowWriter(parseAvroSchema(prepared), spec);
  const output = new AvroOutput();
  return {
    serialize(row) {
      if (row === null || (isUnwrapped(spec) && row[0] === null)) return null;
      output.clear();
      output.byte(0);
      output.uint32BE(prepared.id);
      write(row, output);
      return output.take();
    },
  };
}

function rowWriter(schema: AvroType, spec: SerdeSpec): (row: Row, output: AvroOutput) => void {
  if (!isUnwrapped(spec)) {
    const record =
      schema.kind === 'union' ? schema.branches.find((branch) => branch.kind === 'record') : schema;
    if (record?.kind !== 'record')
      throw new Error('the schema is no record, and the columns are not unwrapped');
    return avroRecordWriter(record, spec.columns);
  }
  const write = avroWriter(schema, spec.columns[0]!.type);
  return (row, output) => write(row[0], output);
}

export function avroDeserializer(spec: SerdeSpec, schemas: SchemaLookup): Deserializer {
  const cursor = new AvroCursor();
  return new SchemaIdDeserializer(schemas, (schema) => {
    const read = rowReader(parseAvroSchema(schema), spec);
    return (bytes) => {
      cursor.reset(bytes, WIRE_HEADER_SIZE);
      const row = read(cursor) as unknown[] | null;
      cursor.check();
      return row;
    };
  });
}

function rowReader(schema: AvroType, spec: SerdeSpec): AvroReader {
  if (!isUnwrapped(spec)) return wrappedReader(schema, spec);
  const read = avroReader(schema, spec.columns[0]!.type);
  return (cursor) => {
    const value = read(cursor);
    return value === null ? null : [value];
  };
}

function wrappedReader(schema: AvroType, spec: SerdeSpec): AvroReader {
  if (schema.kind === 'record') return avroRecordReader(schema, spec.columns, spec.used);
  return avroReader(schema, { kind: 'STRUCT', fields: spec.columns });
}
