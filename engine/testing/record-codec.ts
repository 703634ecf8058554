import type { Column, Format, KsqlTopic, SerdeFeatures } from '../catalog/catalog';
import type { Deserializer, SerdeSpec } from '../formats/contracts';
import { MissingSchemaError } from '../formats/contracts';
import { matchField } from '../formats/field-names';
import { jsonReader } from '../formats/json/json-reader';
import { JsonScanner } from '../formats/json/json-scanner';
import { jsonFieldsWriter, jsonWriter } from '../formats/json/json-writer';
import { createSchemaTranslator } from '../formats/schema-translator';
import { isUnwrapped } from '../formats/wrapping';
import type { RegisteredSchema, TopicRecord } from '../runtime/contracts';
import { splitWindowedKey, windowedKeyBytes } from '../runtime/windows';
import type { SqlType } from '../types/sql-type';
import type { CaseWorld } from './case-world';
import { isObject, jsonText, parseJson } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { CaseRecord } from './test-case';

/** Key or value of one topic, between the bytes of a record and the JSON of a case. */
interface Side {
  readonly topic: string;
  readonly isKey: boolean;
  readonly format: Format;
  readonly features: SerdeFeatures;
  readonly columns: readonly Column[];
}

const STRING_COLUMN: readonly Column[] = [{ name: 'ROWKEY', type: { kind: 'STRING' } }];

function sides(
  world: CaseWorld,
  topic: string,
): { readonly key: Side; readonly value: Side; readonly window: KsqlTopic['window'] } {
  const known = world.topicFormats.get(topic);
  if (known === undefined) {
    const kafka: Format = { name: 'KAFKA', properties: {} };
    const json: Format = { name: 'JSON', properties: {} };
    return {
      key: { topic, isKey: true, format: kafka, features: {}, columns: STRING_COLUMN },
      value: { topic, isKey: false, format: json, features: {}, columns: [] },
      window: undefined,
    };
  }
  const { schema } = known.source;
  const { keyFormat, valueFormat, keyFeatures, valueFeatures, window } = known.topic;
  return {
    key: { topic, isKey: true, format: keyFormat, features: keyFeatures, columns: schema.key },
    value: { topic, isKey: false, format: valueFormat, features: valueFeatures, columns: schema.value },
    window,
  };
}

/** A case's record as bytes, written as a producer of that topic would. */
export async function encodeRecord(
  world: CaseWorld,
  record: CaseRecord,
): Promise<{ key: Buffer | null; value: Buffer | null }> {
  const { key, value, window } = sides(world, record.topic);
  const keyBytes = await encodeSide(world, key, record.key);
  const windowed =
    keyBytes !== null && record.window !== undefined
      ? windowedKeyBytes(
          keyBytes,
          record.window,
          window?.type === 'SESSION' || record.window.type?.toLowerCase() === 'session',
        )
      : keyBytes;
  return { key: windowed, value: await encodeSide(world, value, record.value) };
}

async function encodeSide(world: CaseWorld, side: Side, json: JsonValue): Promise<Buffer | null> {
  if (json === null) return null;
  switch (side.format.name) {
    case 'NONE':
      return null;
    case 'JSON':
      return Buffer.from(jsonText(json));
    case 'DELIMITED':
      return Buffer.from(typeof json === 'string' ? json : jsonText(json));
    case 'KAFKA':
      return encodePrimitive(world, side, json);
    case 'JSON_SR':
    case 'AVRO':
    case 'PROTOBUF':
    case 'PROTOBUF_NOSR':
      return encodeWithSchema(world, side, json);
  }
}

function encodePrimitive(world: CaseWorld, side: Side, json: JsonValue): Buffer | null {
  // A source without key columns: what lies in the keys is nobody's business.
  if (side.columns.length === 0) return Buffer.from(typeof json === 'string' ? json : jsonText(json));
  const value = readAs(json, side.columns[0]!.type);
  return world.serdes.serializer({ ...side }).serialize([value]);
}

function readAs(json: JsonValue, type: SqlType): unknown {
  const scanner = new JsonScanner();
  scanner.reset(jsonText(json));
  return jsonReader(type)(scanner);
}

/** Writes with the schema that the topic's subject has, whatever the source declares. */
async function encodeWithSchema(world: CaseWorld, side: Side, json: JsonValue): Promise<Buffer | null> {
  const spec = writerSpec(world, side);
  await world.serdes.prepareWriter(spec);
  const row = isUnwrapped(spec)
    ? [readAs(withFieldNames(json, spec.columns[0]!.type), spec.columns[0]!.type)]
    : (readAs(withFieldNames(json, rowType(spec.columns)), rowType(spec.columns)) as unknown[]);
  return world.serdes.serializer(spec).serialize(row);
}

function rowType(columns: readonly Column[]): SqlType {
  return { kind: 'STRUCT', fields: columns };
}

/** The schema that the side's subject had last, where its format has one. */
function registeredSchema(world: CaseWorld, side: Side): RegisteredSchema | undefined {
  if (side.format.name === 'PROTOBUF_NOSR' || side.format.name === 'KAFKA') return undefined;
  return world.registry.latestOf(`${side.topic}-${side.isKey ? 'key' : 'value'}`);
}

function writerSpec(world: CaseWorld, side: Side): SerdeSpec {
  const registered = registeredSchema(world, side);
  if (registered === undefined) return side;
  const format = {
    ...side.format,
    properties: { ...side.format.properties, schemaId: String(registered.id) },
  };
  const options = {
    isKey: side.isKey,
    features: isUnwrapped(side) ? { wrapSingle: false } : side.features,
    keepCase: true,
  };
  return { ...side, format, columns: createSchemaTranslator().columnsOf(registered, format, options) };
}

/** Field names of a case are matched without regard to case. */
function withFieldNames(json: JsonValue, type: SqlType): JsonValue {
  if (Array.isArray(json) && type.kind === 'ARRAY')
    return (json as JsonValue[]).map((item) => withFieldNames(item, type.element));
  if (!isObject(json)) return json;
  if (type.kind === 'MAP') return mapValues(json, (value) => withFieldNames(value, type.value));
  if (type.kind !== 'STRUCT') return json;
  const names = Object.keys(json);
  return Object.fromEntries(
    type.fields.flatMap((field) => {
      const at = matchField(field.name, names);
      return at < 0 ? [] : [[field.name, withFieldNames(json[names[at]!]!, field.type)]];
    }),
  );
}

function mapValues(json: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, map(value)]));
}

export interface DecodedRecord {
  readonly key: JsonValue;
  readonly value: JsonValue;
  readonly timestamp: number;
  readonly window?: { readonly start: number; readonly end: number };
  readonly headers: readonly { readonly key: string; readonly value: string | null }[];
}

/** A record as a case would write it. */
export async function decodeRecord(world: CaseWorld, record: TopicRecord): Promise<DecodedRecord> {
  const { key, value, window } = sides(world, record.topic);
  const split =
    window !== undefined && record.key !== null
      ? splitWindowedKey(record.key, window.type === 'SESSION', window.sizeMs ?? 0)
      : undefined;
  return {
    key: await decodeSide(world, key, split?.key ?? record.key),
    value: await decodeSide(world, value, record.value),
    timestamp: record.timestamp,
    window: split?.window,
    headers: record.headers.map((h) => ({ key: h.key, value: h.value?.toString('base64') ?? null })),
  };
}

async function decodeSide(world: CaseWorld, side: Side, bytes: Buffer | null): Promise<JsonValue> {
  if (bytes === null) return null;
  if (side.format.name === 'JSON') return parseJson(bytes.toString('utf8'));
  if (side.format.name === 'DELIMITED') return bytes.toString('utf8');
  if (side.format.name === 'NONE') return null;
  const { deserializer, write } = decoderOf(world, side);
  const row = await withSchemas(() => deserializer.deserialize(bytes));
  return row === null ? null : parseJson(write(row));
}

/** Reads one side of a topic's records, made for the schema that its subject had last. */
interface Decoder {
  readonly side: Side;
  readonly schemaId: number | undefined;
  readonly deserializer: Deserializer;
  readonly write: (row: unknown[]) => string;
}
/** By topic and side; a topic that was declared anew gets another. */
const decoders = new WeakMap<CaseWorld, Map<string, Decoder>>();

function decoderOf(world: CaseWorld, side: Side): Decoder {
  let known = decoders.get(world);
  if (known === undefined) decoders.set(world, (known = new Map<string, Decoder>()));
  const schemaId = registeredSchema(world, side)?.id;
  const name = `${side.topic} ${side.isKey}`;
  let decoder = known.get(name);
  if (
    decoder?.schemaId !== schemaId ||
    decoder?.side.columns !== side.columns ||
    decoder.side.format !== side.format
  )
    known.set(name, (decoder = makeDecoder(world, side, schemaId)));
  return decoder;
}

function makeDecoder(world: CaseWorld, side: Side, schemaId: number | undefined): Decoder {
  const spec = side.format.name === 'KAFKA' ? side : writerSpec(world, side);
  const fields = jsonFieldsWriter(spec.columns);
  const single = spec.format.name === 'KAFKA' || isUnwrapped(spec);
  const one = single ? jsonWriter(spec.columns[0]!.type) : undefined;
  return {
    side,
    schemaId,
    deserializer: world.serdes.deserializer(spec),
    write: one === undefined ? fields : (row) => one(row[0]),
  };
}

/** What a case expects as it would read back: formats that hold no NULLs give the type's default. */
export async function normalizeExpected(world: CaseWorld, record: CaseRecord): Promise<CaseRecord> {
  const { key, value } = sides(world, record.topic);
  return {
    ...record,
    key: await roundTrip(world, key, record.key),
    value: await roundTrip(world, value, record.value),
  };
}

async function roundTrip(world: CaseWorld, side: Side, json: JsonValue): Promise<JsonValue> {
  if (json === null || (side.format.name !== 'PROTOBUF' && side.format.name !== 'PROTOBUF_NOSR')) return json;
  return decodeSide(world, side, await encodeSide(world, side, json));
}

async function withSchemas<T>(run: () => T): Promise<T> {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof MissingSchemaError)) throw error;
      await error.load();
    }
  }
}
