import type { SchemaText } from '../runtime/contracts';
import { avroSchemaOf } from './avro/avro-generate';
import type { SerdeSpec } from './contracts';
import { jsonSchemaOf } from './json/json-schema';
import { protobufSchemaOf } from './protobuf/protobuf-generate';
import { isUnwrapped } from './wrapping';

/** The schema that would be registered for columns; undefined for formats without a registry. */
export function schemaOf(
  spec: Pick<SerdeSpec, 'format' | 'features' | 'columns' | 'isKey'>,
): SchemaText | undefined {
  switch (spec.format.name) {
    case 'AVRO':
      return { type: 'AVRO', text: avroSchemaOf(spec.columns, spec.format, isUnwrapped(spec)) };
    case 'JSON_SR':
      return { type: 'JSON', text: jsonSchemaOf(spec.columns, isUnwrapped(spec)) };
    case 'PROTOBUF':
      return { type: 'PROTOBUF', text: protobufSchemaOf(spec.columns, spec.format) };
    default:
      return undefined;
  }
}
