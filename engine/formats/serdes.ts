import type { SchemaRegistry } from '../runtime/contracts';
import { assertNever } from '../source/assert-never';
import type { Deserializer, SerdeFactory, SerdeSpec, Serializer } from './contracts';
import { delimitedDeserializer, delimitedSerializer } from './delimited-format';
import { avroDeserializer, avroSerializer } from './avro/avro-format';
import { jsonSrDeserializer, jsonSrSerializer } from './json/json-sr-format';
import { jsonDeserializer, jsonSerializer } from './json/json-format';
import { kafkaDeserializer, kafkaSerializer } from './kafka-format';
import { noneDeserializer, noneSerializer } from './none-format';
import {
  protobufDeserializer,
  protobufNoSrDeserializer,
  protobufNoSrSerializer,
  protobufSerializer,
} from './protobuf/protobuf-format';
import { SchemaCache } from './schema-cache';

/** Serdes of every format; those with schemas share one cache of them. */
export function createSerdes(registry: SchemaRegistry): SerdeFactory {
  const schemas = new SchemaCache(registry);
  return {
    prepareWriter: (spec) => schemas.prepareWriter(spec),
    serializer: (spec) => serializerOf(spec, schemas),
    deserializer: (spec) => deserializerOf(spec, schemas),
  };
}

function serializerOf(spec: SerdeSpec, schemas: SchemaCache): Serializer {
  switch (spec.format.name) {
    case 'JSON':
      return jsonSerializer(spec);
    case 'KAFKA':
      return kafkaSerializer(spec);
    case 'DELIMITED':
      return delimitedSerializer(spec);
    case 'NONE':
      return noneSerializer;
    case 'JSON_SR':
      return jsonSrSerializer(spec, schemas.writer(spec));
    case 'AVRO':
      return avroSerializer(spec, schemas.writer(spec));
    case 'PROTOBUF':
      return protobufSerializer(spec, schemas.writer(spec));
    case 'PROTOBUF_NOSR':
      return protobufNoSrSerializer(spec);
    default:
      return assertNever(spec.format.name, 'format');
  }
}

function deserializerOf(spec: SerdeSpec, schemas: SchemaCache): Deserializer {
  switch (spec.format.name) {
    case 'JSON':
      return jsonDeserializer(spec);
    case 'KAFKA':
      return kafkaDeserializer(spec);
    case 'DELIMITED':
      return delimitedDeserializer(spec);
    case 'NONE':
      return noneDeserializer;
    case 'JSON_SR':
      return jsonSrDeserializer(spec);
    case 'AVRO':
      return avroDeserializer(spec, schemas);
    case 'PROTOBUF':
      return protobufDeserializer(spec, schemas);
    case 'PROTOBUF_NOSR':
      return protobufNoSrDeserializer(spec);
    default:
      return assertNever(spec.format.name, 'format');
  }
}
