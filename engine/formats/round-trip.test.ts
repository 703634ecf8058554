import avro from 'avsc';
import type { Column, FormatName } from '../catalog/catalog';
import type { RegisteredSchema, SchemaRegistry, SchemaText } from '../runtime/contracts';
import { Big } from '../types/decimal';
import type { SqlType } from '../types/sql-type';
import type { MissingSchemaError } from './contracts';
import type { SerdeSpec } from './contracts';
import { createSerdes } from './serdes';
import { createSchemaTranslator } from './schema-translator';
import { schemaOf } from './schema-generation';

class Registry implements SchemaRegistry {
  readonly schemas: RegisteredSchema[] = [];
  latest(): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schemas.at(-1));
  }
  byId(id: number): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schemas[id - 1]);
  }
  register(_subject: string, schema: SchemaText): Promise<number> {
    const id = this.schemas.length + 1;
    this.schemas.push({ ...schema, id });
    return Promise.resolve(id);
  }
  deleteSubject(): Promise<void> {
    return Promise.resolve();
  }
}

const STRING: SqlType = { kind: 'STRING' };
const INTEGER: SqlType = { kind: 'INTEGER' };
const BIGINT: SqlType = { kind: 'BIGINT' };
const COLUMNS: readonly Column[] = [
  { name: 'B', type: { kind: 'BOOLEAN' } },
  { name: 'I', type: INTEGER },
  { name: 'L', type: { kind: 'BIGINT' } },
  { name: 'D', type: { kind: 'DOUBLE' } },
  { name: 'S', type: STRING },
  { name: 'X', type: { kind: 'BYTES' } },
  { name: 'DT', type: { kind: 'DATE' } },
  { name: 'TM', type: { kind: 'TIME' } },
  { name: 'TS', type: { kind: 'TIMESTAMP' } },
  { name: 'N', type: { kind: 'DECIMAL', precision: 10, scale: 2 } },
  { name: 'A', type: { kind: 'ARRAY', element: INTEGER } },
  { name: 'M', type: { kind: 'MAP', key: STRING, value: INTEGER } },
  { name: 'R', type: { kind: 'STRUCT', fields: [{ name: 'F', type: STRING }] } },
];
const ROW = [
  true,
  -7,
  9007199254740993n,
  1.5,
  'grüße 🎈',
  Buffer.from([0, 255]),
  19000,
  3_600_001,
  1_700_000_000_123,
  Big('-123.45'),
  [1, 2, 3],
  new Map([['k', 1]]),
  ['inner'],
];

function spec(
  format: FormatName,
  columns: readonly Column[] = COLUMNS,
  more: Partial<SerdeSpec> = {},
): SerdeSpec {
  return {
    format: { name: format, properties: {} },
    features: {},
    columns,
    isKey: false,
    topic: 't',
    ...more,
  };
}

async function roundTrip(
  written: SerdeSpec,
  row: readonly unknown[],
  read: SerdeSpec = written,
): Promise<unknown[] | null> {
  const serdes = createSerdes(new Registry());
  await serdes.prepareWriter(written);
  return serdes.deserializer(read).deserialize(serdes.serializer(written).serialize(row));
}

/** Decimals remember computed digits, so that equal ones may differ inside. */
function plain(row: readonly unknown[] | null): unknown {
  return row?.map((value) =>
    value === row[9] && value !== null ? (value as { toPlainString(): string }).toPlainString() : value,
  );
}

describe('formats', () => {
  const nested: readonly FormatName[] = ['JSON', 'JSON_SR', 'AVRO', 'PROTOBUF', 'PROTOBUF_NOSR'];

  it.each(nested)('%s gives back every type as it was', async (format) => {
    expect(plain(await roundTrip(spec(format), ROW))).toEqual(plain(ROW));
  });

  it('DELIMITED gives back every flat type as it was', async () => {
    const flat = COLUMNS.slice(0, 10);
    expect(plain(await roundTrip(spec('DELIMITED', flat), ROW.slice(0, 10)))).toEqual(
      plain(ROW.slice(0, 10)),
    );
  });

  it.each(['JSON', 'JSON_SR', 'AVRO'] as const)('%s keeps NULLs', async (format) => {
    const nulls = COLUMNS.map(() => null);
    expect(await roundTrip(spec(format), nulls)).toEqual(nulls);
  });

  it.each([...nested, 'DELIMITED', 'KAFKA'] as const)('%s has no bytes for a tombstone', async (format) => {
    const one = spec(format, [{ name: 'S', type: STRING }]);
    const serdes = createSerdes(new Registry());
    await serdes.prepareWriter(one);
    expect(serdes.serializer(one).serialize(null)).toBeNull();
    expect(serdes.deserializer(one).deserialize(null)).toBeNull();
  });

  it.each(['JSON', 'JSON_SR', 'AVRO'] as const)('%s leaves a single key column bare', async (format) => {
    const key = spec(format, [{ name: 'K', type: INTEGER }], { isKey: true });
    expect(await roundTrip(key, [5])).toEqual([5]);
  });

  it('AVRO decodes only used columns', async () => {
    const used = { ...spec('AVRO'), used: new Set([1, 4]) };
    const expected = COLUMNS.map((_, i) => (i === 1 || i === 4 ? ROW[i] : null));
    expect(await roundTrip(spec('AVRO'), ROW, used)).toEqual(expected);
  });
});

describe('AVRO', () => {
  it('writes what another implementation of Avro reads', async () => {
    const flat = COLUMNS.slice(0, 5);
    const serdes = createSerdes(new Registry());
    await serdes.prepareWriter(spec('AVRO', flat));
    const bytes = serdes.serializer(spec('AVRO', flat)).serialize([true, -7, 12345, 1.5, 'x'])!;
    const type = avro.Type.forSchema(JSON.parse(schemaOf(spec('AVRO', flat))!.text) as avro.Schema);
    expect(type.fromBuffer(bytes.subarray(5))).toMatchObject({
      I: -7,
      L: 12345,
      S: 'x',
    });
  });

  it('writes logical and nested types as their schema says', async () => {
    const serdes = createSerdes(new Registry());
    await serdes.prepareWriter(spec('AVRO'));
    const row = ROW.map((value, i) => (COLUMNS[i]!.name === 'L' ? 5 : value));
    const bytes = serdes.serializer(spec('AVRO')).serialize(row)!;
    const type = avro.Type.forSchema(JSON.parse(schemaOf(spec('AVRO'))!.text) as avro.Schema);
    expect(type.fromBuffer(bytes.subarray(5))).toMatchObject({
      X: Buffer.from([0, 255]),
      DT: 19000,
      TM: 3_600_001,
      TS: 1_700_000_000_123,
      N: Buffer.from([0xcf, 0xc7]),
      A: [1, 2, 3],
      M: [{ key: 'k', value: 1 }],
    });
  });

  it('reads what another implementation wrote, in any order and case of fields, passing over unknown ones', () => {
    const schema = {
      type: 'record',
      name: 'e',
      fields: [
        { name: 'skipped', type: { type: 'map', values: { type: 'array', items: 'string' } } },
        { name: 'suit', type: { type: 'enum', name: 'suit_type', symbols: ['A', 'B'] } },
        { name: 'count', type: ['null', 'int'] },
      ],
    };
    const registry = new Registry();
    registry.schemas.push({ id: 1, type: 'AVRO', text: JSON.stringify(schema) });
    const type = avro.Type.forSchema(schema as avro.Schema);
    const body = type.toBuffer({ skipped: { a: ['x', 'y'] }, suit: 'B', count: 41 });
    const columns = [
      { name: 'COUNT', type: { kind: 'BIGINT' } as const },
      { name: 'SUIT', type: STRING },
      { name: 'NONE', type: STRING },
    ];
    const deserializer = createSerdes(registry).deserializer(spec('AVRO', columns));
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body]);
    const missing = (): MissingSchemaError => {
      try {
        deserializer.deserialize(bytes);
      } catch (error) {
        return error as MissingSchemaError;
      }
      throw new Error('expected a missing schema');
    };
    return missing()
      .load()
      .then(() => expect(deserializer.deserialize(bytes)).toEqual([41, 'B', null]));
  });

  it('refuses bytes that end too early', async () => {
    const serdes = createSerdes(new Registry());
    await serdes.prepareWriter(spec('AVRO'));
    const bytes = serdes.serializer(spec('AVRO')).serialize(ROW)!;
    expect(() => serdes.deserializer(spec('AVRO')).deserialize(bytes.subarray(0, bytes.length - 3))).toThrow(
      /invalid Avro data|RangeError/,
    );
  });
});

describe('columns of a schema', () => {
  it.each(['AVRO', 'JSON_SR'] as const)('%s gives the columns that the schema was made of', (format) => {
    const schema = schemaOf(spec(format))!;
    const columns = createSchemaTranslator().columnsOf(schema, spec(format).format, {
      isKey: false,
      features: {},
      keepCase: true,
    });
    expect(columns).toEqual(COLUMNS);
  });
});

describe('JSON', () => {
  const json = (columns: readonly Column[], text: string): unknown[] | null =>
    createSerdes(new Registry()).deserializer(spec('JSON', columns)).deserialize(Buffer.from(text));

  it.each([
    ['an object under a STRING as its text', STRING, '{"C": {"a": [1.0, "x"]}}', '{"a":[1.0,"x"]}'],
    ['a number under a STRING as its text', STRING, '{"c": 1.50}', '1.50'],
    ['a number written as text', INTEGER, '{"C": "12"}', 12],
    ['64-bit integers exactly', BIGINT, '{"C": 9223372036854775807}', 9223372036854775807n],
    ['escapes', STRING, '{"C": "\\u00e9\\n"}', 'é\n'],
  ])('reads %s', (_, type, text, expected) => {
    expect(json([{ name: 'C', type }], text)).toEqual([expected]);
  });

  it('prefers the field of exactly the column name', () => {
    expect(json([{ name: 'C', type: INTEGER }], '{"C": 1, "c": 2}')).toEqual([1]);
    expect(json([{ name: 'C', type: INTEGER }], '{"c": 2, "C": 1}')).toEqual([1]);
  });

  it.each(['{"C": tru}', '{"C": 1', '{"C": 1} x', '', '{"C": {"D": "\\x"}}'])('refuses %s', (text) => {
    expect(() => json([{ name: 'C', type: STRING }], text)).toThrow(/invalid JSON/);
  });

  it('refuses a value of another type by name', () => {
    expect(() => json([{ name: 'C', type: { kind: 'BOOLEAN' } }], '{"C": 1}')).toThrow(
      /IntNode, requiredType: BOOLEAN/,
    );
  });
});
