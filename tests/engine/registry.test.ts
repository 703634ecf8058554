/**
 * The engine's formats on a real registry: columns are inferred from schemas that refer to others, records are written with them, and
 * what is registered for the columns of each format is found there again.
 */
import type { Column, FormatName } from '../../engine/catalog/catalog';
import { formatSchema } from '../../engine/catalog/schema-text';
import type { SerdeSpec } from '../../engine/formats/contracts';
import { createSchemaTranslator } from '../../engine/formats/schema-translator';
import { createSerdes } from '../../engine/formats/serdes';
import type { SchemaText } from '../../engine/runtime/contracts';
import { HttpSchemaRegistry } from '../../engine/server/registry/http-registry';
import type { SqlType } from '../../engine/types/sql-type';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';

jest.setTimeout(120_000);

let platform: TestPlatform;
let registry: HttpSchemaRegistry;

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 1, without: ['connect', 'ksqldb', 'minio'] });
  registry = new HttpSchemaRegistry({ urls: [platform.endpoints.registry.url] });
});
afterAll(async () => {
  registry.close();
  await platform.stop();
});

const avro = (name: string, fields: object[]): string =>
  JSON.stringify({ type: 'record', name, namespace: 'shop', fields });

interface Referring {
  readonly format: FormatName;
  readonly type: SchemaText['type'];
  /** Subject, text and the subject that it refers to, innermost first. */
  readonly chain: readonly (readonly [subject: string, text: string])[];
  readonly schema: string;
}

const REFERRING: readonly Referring[] = [
  {
    format: 'AVRO',
    type: 'AVRO',
    chain: [
      ['shop.Money', avro('Money', [{ name: 'cents', type: 'long' }])],
      ['shop.Item', avro('Item', [{ name: 'price', type: 'shop.Money' }])],
    ],
    schema: avro('Order', [{ name: 'item', type: 'shop.Item' }]),
  },
  {
    format: 'JSON_SR',
    type: 'JSON',
    chain: [
      ['money.json', '{"type":"object","properties":{"cents":{"type":"integer"}}}'],
      ['item.json', '{"type":"object","properties":{"price":{"$ref":"money.json"}}}'],
    ],
    schema: '{"type":"object","properties":{"item":{"$ref":"item.json"}}}',
  },
  {
    format: 'PROTOBUF',
    type: 'PROTOBUF',
    chain: [
      ['money.proto', 'syntax = "proto3";\npackage shop;\n\nmessage Money {\n  int64 cents = 1;\n}\n'],
      [
        'item.proto',
        'syntax = "proto3";\npackage shop;\n\nimport "money.proto";\n\nmessage Item {\n  Money price = 1;\n}\n',
      ],
    ],
    schema:
      'syntax = "proto3";\npackage shop;\n\nimport "item.proto";\n\nmessage Order {\n  Item item = 1;\n}\n',
  },
];

function spec(format: FormatName, topic: string, columns: readonly Column[], schemaId?: number): SerdeSpec {
  const properties: Record<string, string> = schemaId === undefined ? {} : { schemaId: String(schemaId) };
  return { format: { name: format, properties }, features: {}, columns, isKey: false, topic };
}

async function throughTopic(written: SerdeSpec, row: unknown[]): Promise<unknown> {
  const serdes = createSerdes(registry);
  await serdes.prepareWriter(written);
  return serdes.deserializer(written).deserialize(serdes.serializer(written).serialize(row));
}

describe.each(REFERRING)('$format schemas that refer to others', ({ format, type, chain, schema }) => {
  it('give columns, write records, and become the subject of another topic', async () => {
    let references: SchemaText['references'] = [];
    for (const [subject, text] of chain) {
      await registry.register(subject, { type, text, references });
      references = [{ name: subject, subject, version: 1 }];
    }
    const id = await registry.register(`orders_${format}-value`, { type, text: schema, references });
    // A client of its own: this one remembers what it registered.
    const reader = new HttpSchemaRegistry({ urls: [platform.endpoints.registry.url] });
    const found = await reader.latest(`orders_${format}-value`);
    reader.close();
    const options = { isKey: false, features: {}, keepCase: true };
    const columns = createSchemaTranslator().columnsOf(found!, { name: format, properties: {} }, options);
    expect(formatSchema({ key: [], value: columns })).toBe('`item` STRUCT<`price` STRUCT<`cents` BIGINT>>');

    registry.close();
    registry = new HttpSchemaRegistry({ urls: [platform.endpoints.registry.url] });
    expect(await throughTopic(spec(format, `copies_${format}`, columns, id), [[[150]]])).toEqual([[[150]]]);
    expect((await registry.latest(`copies_${format}-value`))?.id).toBe(id);
  });
});

describe.each(['AVRO', 'JSON_SR', 'PROTOBUF'] as const)('%s', (format) => {
  const STRING: SqlType = { kind: 'STRING' };
  const columns: readonly Column[] = [
    { name: 'S', type: STRING },
    { name: 'D', type: { kind: 'DATE' } },
    { name: 'N', type: { kind: 'DECIMAL', precision: 10, scale: 2 } },
    { name: 'A', type: { kind: 'ARRAY', element: { kind: 'INTEGER' } } },
    {
      name: 'M',
      type: { kind: 'MAP', key: STRING, value: { kind: 'STRUCT', fields: [{ name: 'X', type: STRING }] } },
    },
  ];

  it('finds again what it registered for columns', async () => {
    await createSerdes(registry).prepareWriter(spec(format, `all_${format}`, columns));
    const found = await registry.latest(`all_${format}-value`);
    const options = { isKey: false, features: {}, keepCase: true };
    expect(createSchemaTranslator().columnsOf(found!, { name: format, properties: {} }, options)).toEqual(
      columns,
    );
  });

  it('registers a bare key', async () => {
    const key = { ...spec(format, `keys_${format}`, [{ name: 'K', type: STRING }]), isKey: true };
    expect(await throughTopic(key, ['k'])).toEqual(['k']);
  });
});
