import protobuf from 'protobufjs';
import type { Column } from '../../catalog/catalog';
import type { RegisteredSchema, SchemaRegistry } from '../../runtime/contracts';
import type { SqlType } from '../../types/sql-type';
import type { SerdeSpec } from '../contracts';
import { schemaOf } from '../schema-generation';
import { createSchemaTranslator } from '../schema-translator';
import { createSerdes } from '../serdes';
import { SchemaCache } from '../schema-cache';
import { protobufDeserializer, protobufSerializer } from './protobuf-format';

const STRING: SqlType = { kind: 'STRING' };
const INTEGER: SqlType = { kind: 'INTEGER' };
const COLUMNS: readonly Column[] = [
  { name: 'I', type: INTEGER },
  { name: 'S', type: STRING },
  { name: 'A', type: { kind: 'ARRAY', element: INTEGER } },
  { name: 'M', type: { kind: 'MAP', key: STRING, value: INTEGER } },
  { name: 'R', type: { kind: 'STRUCT', fields: [{ name: 'F', type: STRING }] } },
];

function spec(columns: readonly Column[], properties: Record<string, string> = {}): SerdeSpec {
  return {
    format: { name: 'PROTOBUF', properties },
    features: {},
    columns,
    isKey: false,
    topic: 't',
  };
}

class OneSchema implements SchemaRegistry {
  constructor(private schema?: RegisteredSchema) {}
  latest(): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schema);
  }
  byId(): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schema);
  }
  register(_subject: string, schema: Omit<RegisteredSchema, 'id'>): Promise<number> {
    this.schema = { ...schema, id: 1 };
    return Promise.resolve(1);
  }
  deleteSubject(): Promise<void> {
    return Promise.resolve();
  }
}

async function written(columns: readonly Column[], row: unknown[], properties = {}): Promise<Buffer> {
  const serdes = createSerdes(new OneSchema());
  await serdes.prepareWriter(spec(columns, properties));
  return serdes.serializer(spec(columns, properties)).serialize(row)!;
}

/** What protobufjs, which knows nothing of us, makes of bytes and the schema text that goes with them. */
function readByOthers(columns: readonly Column[], bytes: Buffer, properties = {}): unknown {
  const root = new protobuf.Root();
  root.addJSON(protobuf.common.get('google/protobuf/wrappers.proto')!.nested!);
  protobuf.parse(schemaOf(spec(columns, properties))!.text, root, { keepCase: true });
  const type = root.lookupType('ConnectDefault1');
  return type.toObject(type.decode(bytes.subarray(6)), { longs: Number });
}

function columnsOf(
  text: string,
  properties: Record<string, string> = {},
  references: string[] = [],
): unknown {
  const schema = {
    type: 'PROTOBUF' as const,
    text,
    references: references.map((reference, i) => ({
      name: `${i}.proto`,
      subject: `${i}`,
      version: 1,
      text: reference,
    })),
  };
  const options = { isKey: false, features: {}, keepCase: true };
  return createSchemaTranslator().columnsOf(schema, { name: 'PROTOBUF', properties }, options);
}

describe('PROTOBUF: what is registered', () => {
  it.each<Record<string, string>>([
    {},
    { nullableRepresentation: 'optional' },
    { nullableRepresentation: 'wrapper' },
  ])('reads back as the columns it was made of, with %j', (properties) => {
    const columns: readonly Column[] = [
      ...COLUMNS,
      { name: 'N', type: { kind: 'DECIMAL', precision: 10, scale: 3 } },
      { name: 'D', type: { kind: 'DATE' } },
      { name: 'T', type: { kind: 'TIME' } },
      { name: 'TS', type: { kind: 'TIMESTAMP' } },
      {
        name: 'MM',
        type: { kind: 'MAP', key: STRING, value: { kind: 'MAP', key: STRING, value: INTEGER } },
      },
      { name: 'MA', type: { kind: 'MAP', key: STRING, value: { kind: 'ARRAY', element: INTEGER } } },
    ];
    expect(columnsOf(schemaOf(spec(columns, properties))!.text)).toEqual(columns);
  });

  it('declares the entries of maps, numbers nameless messages in order of use, and says a DECIMAL’s size in an option', () => {
    const text = schemaOf(
      spec([...COLUMNS, { name: 'N', type: { kind: 'DECIMAL', precision: 4, scale: 2 } }]),
    )!;
    expect(text.text).toBe(`syntax = "proto3";

import "confluent/type/decimal.proto";

message ConnectDefault1 {
  int32 I = 1;
  string S = 2;
  repeated int32 A = 3;
  repeated ConnectDefault2Entry M = 4;
  ConnectDefault3 R = 5;
  confluent.type.Decimal N = 6 [(confluent.field_meta) = {
    params: [
      {
        value: "4",
        key: "precision"
      },
      {
        value: "2",
        key: "scale"
      }
    ]
  }];

  message ConnectDefault2Entry {
    string key = 1;
    int32 value = 2;
  }
  message ConnectDefault3 {
    string F = 1;
  }
}
`);
  });
});

describe('PROTOBUF: bytes', () => {
  const row = [7, 'x', [1, 2], new Map([['k', 5]]), ['f']];
  const entry = { I: 7, S: 'x', A: [1, 2], M: [{ key: 'k', value: 5 }], R: { F: 'f' } };

  it('another implementation reads them', async () => {
    expect(readByOthers(COLUMNS, await written(COLUMNS, row))).toEqual(entry);
  });

  it('a NULL is absent, and so is 0 of a plain field but not of an optional one', async () => {
    const nulls = [0, null, null, null, null];
    expect(readByOthers(COLUMNS, await written(COLUMNS, nulls))).toEqual({});
    const optional = { nullableRepresentation: 'optional' };
    expect(readByOthers(COLUMNS, await written(COLUMNS, nulls, optional), optional)).toMatchObject({ I: 0 });
  });

  it('wrapped fields hold their value one level down', async () => {
    const wrapper = { nullableRepresentation: 'wrapper' };
    expect(readByOthers(COLUMNS, await written(COLUMNS, row, wrapper), wrapper)).toEqual({
      I: { value: 7 },
      S: { value: 'x' },
      A: [{ value: 1 }, { value: 2 }],
      M: [{ key: { value: 'k' }, value: { value: 5 } }],
      R: { F: { value: 'f' } },
    });
  });

  it('a NULL element is refused where the element is a message', async () => {
    const structs: readonly Column[] = [{ name: 'A', type: { kind: 'ARRAY', element: COLUMNS[4]!.type } }];
    await expect(written(structs, [[null]])).rejects.toThrow('protobuf cannot hold a NULL element');
  });

  it('names the message by its path in the file, also below another one', async () => {
    const text = `syntax = "proto3";
      message First { int32 X = 1; }
      message Outer { message Other { int32 X = 1; } message Inner { int32 X = 1; } }`;
    const schema = { id: 9, type: 'PROTOBUF' as const, text };
    const inner = spec([{ name: 'X', type: INTEGER }], { fullSchemaName: 'Outer.Inner' });
    const bytes = protobufSerializer(inner, schema).serialize([3])!;
    expect([...bytes.subarray(5)]).toEqual([4, 2, 2, 8, 3]);
    const cache = new SchemaCache(new OneSchema(schema));
    await cache.prepareWriter({ ...inner, format: { ...inner.format, properties: { schemaId: '9' } } });
    expect(protobufDeserializer(inner, cache).deserialize(bytes)).toEqual([3]);
  });
});

describe('PROTOBUF: columns of a schema', () => {
  it('puts oneofs first, each one STRUCT named for its place', () => {
    const text =
      'syntax = "proto3"; message E { int32 a = 1; oneof what { string b = 2; int64 c = 3; } oneof who { bool d = 4; } }';
    expect(columnsOf(text)).toEqual([
      {
        name: 'what_0',
        type: {
          kind: 'STRUCT',
          fields: [
            { name: 'b', type: STRING },
            { name: 'c', type: { kind: 'BIGINT' } },
          ],
        },
      },
      { name: 'who_1', type: { kind: 'STRUCT', fields: [{ name: 'd', type: { kind: 'BOOLEAN' } }] } },
      { name: 'a', type: INTEGER },
    ]);
  });

  it('takes messages of imported files and of those that every registry knows', () => {
    const text =
      'syntax = "proto3"; import "0.proto"; import "google/protobuf/duration.proto"; ' +
      'message E { shop.Item item = 1; google.protobuf.Duration took = 2; }';
    expect(
      columnsOf(text, {}, ['syntax = "proto3"; package shop; message Item { string sku = 1; }']),
    ).toEqual([
      { name: 'item', type: { kind: 'STRUCT', fields: [{ name: 'sku', type: STRING }] } },
      {
        name: 'took',
        type: {
          kind: 'STRUCT',
          fields: [
            { name: 'seconds', type: { kind: 'BIGINT' } },
            { name: 'nanos', type: INTEGER },
          ],
        },
      },
    ]);
  });

  it('refuses a message that holds itself', () => {
    expect(() => columnsOf('syntax = "proto3"; message Node { Node next = 1; }')).toThrow(
      'Node holds itself',
    );
  });
});
