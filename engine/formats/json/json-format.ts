import type { Row } from '../../runtime/contracts';
import type { Deserializer, SerdeSpec, Serializer } from '../contracts';
import { isUnwrapped } from '../wrapping';
import { jsonFieldsReader, jsonReader } from './json-reader';
import { JsonScanner } from './json-scanner';
import { jsonFieldsWriter, jsonWriter } from './json-writer';
import type { JsonForm } from './json-writer';

/** Text of one record's key or value to and from a row. */
export interface JsonTextCodec {
  encode(row: Row): string | null;
  decode(text: string): unknown[] | null;
}

export function jsonTextCodec(spec: SerdeSpec, form: JsonForm = 'plain'): JsonTextCodec {
  return isUnwrapped(spec) ? unwrappedCodec(spec, form) : wrappedCodec(spec, form);
}

function wrappedCodec(spec: SerdeSpec, form: JsonForm): JsonTextCodec {
  const scanner = new JsonScanner();
  // All columns are read, wanted or not: a value of a wrong type makes the whole record undecodable, as in stock ksqlDB.
  const read = jsonFieldsReader(spec.columns, form);
  const encode = jsonFieldsWriter(spec.columns, form);
  return {
    encode,
    decode(text) {
      scanner.reset(text);
      const row = scanner.peek() === 110 ? (scanner.word('null'), null) : read(scanner);
      scanner.end();
      return row;
    },
  };
}

function unwrappedCodec(spec: SerdeSpec, form: JsonForm): JsonTextCodec {
  const scanner = new JsonScanner();
  const type = spec.columns[0]!.type;
  const read = jsonReader(type, form);
  const write = jsonWriter(type, form);
  return {
    encode: (row) => (row[0] === null ? null : write(row[0])),
    decode(text) {
      scanner.reset(text);
      const value = read(scanner);
      scanner.end();
      return value === null ? null : [value];
    },
  };
}

export function jsonSerializer(spec: SerdeSpec): Serializer {
  const codec = jsonTextCodec(spec);
  return {
    serialize(row) {
      const text = row === null ? null : codec.encode(row);
      return text === null ? null : Buffer.from(text);
    },
  };
}

export function jsonDeserializer(spec: SerdeSpec): Deserializer {
  const codec = jsonTextCodec(spec);
  return { deserialize: (bytes) => (bytes === null ? null : codec.decode(bytes.toString('utf8'))) };
}
