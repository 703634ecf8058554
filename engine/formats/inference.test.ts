import type { FormatName } from '../catalog/catalog';
import type { SchemaText } from '../runtime/contracts';
import { formatSchema } from '../catalog/schema-text';
import { createSchemaTranslator } from './schema-translator';

function columns(format: FormatName, schema: unknown, references: Record<string, unknown> = {}): string {
  const type = format === 'JSON_SR' ? 'JSON' : (format as SchemaText['type']);
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const registered: SchemaText = {
    type,
    text: text(schema),
    references: Object.entries(references).map(([name, referred]) => ({
      name,
      subject: name,
      version: 1,
      text: text(referred),
    })),
  };
  const value = createSchemaTranslator().columnsOf(
    registered,
    { name: format, properties: {} },
    { isKey: false, features: {}, keepCase: false },
  );
  return formatSchema({ key: [], value });
}

const record = (fields: unknown[]): unknown => ({ type: 'record', name: 'R', fields });

describe('columns of AVRO schemas', () => {
  it.each([
    ['a union of null and one type', [{ name: 'a', type: ['null', 'long'] }], '`A` BIGINT'],
    [
      'a union of several types as a STRUCT',
      [{ name: 'a', type: ['null', 'int', 'string'] }],
      '`A` STRUCT<`INT` INTEGER, `STRING` STRING>',
    ],
    ['an enum', [{ name: 'a', type: { type: 'enum', name: 'E', symbols: ['X'] } }], '`A` STRING'],
    ['fixed bytes', [{ name: 'a', type: { type: 'fixed', name: 'F', size: 4 } }], '`A` BYTES'],
    [
      'a map of arrays',
      [{ name: 'a', type: { type: 'map', values: { type: 'array', items: 'float' } } }],
      '`A` MAP<STRING, ARRAY<DOUBLE>>',
    ],
    [
      'a decimal',
      [{ name: 'a', type: { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 } }],
      '`A` DECIMAL(6, 2)',
    ],
    [
      'times by their logical type',
      [
        { name: 'd', type: { type: 'int', logicalType: 'date' } },
        { name: 't', type: { type: 'int', logicalType: 'time-millis' } },
        { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'us', type: { type: 'long', logicalType: 'timestamp-micros' } },
      ],
      '`D` DATE, `T` TIME, `TS` TIMESTAMP, `US` BIGINT',
    ],
    [
      'no column for a field that is always null',
      [
        { name: 'n', type: 'null' },
        { name: 'a', type: 'int' },
      ],
      '`A` INTEGER',
    ],
  ])('%s', (_, fields, expected) => {
    expect(columns('AVRO', record(fields))).toBe(expected);
  });

  it('takes types of schemas that it refers to, which may refer to others', () => {
    const references = {
      'shop.Item': {
        type: 'record',
        name: 'Item',
        namespace: 'shop',
        fields: [{ name: 'price', type: 'shop.Money' }],
      },
      'shop.Money': {
        type: 'record',
        name: 'Money',
        namespace: 'shop',
        fields: [{ name: 'cents', type: 'long' }],
      },
    };
    expect(columns('AVRO', record([{ name: 'item', type: 'shop.Item' }]), references)).toBe(
      '`ITEM` STRUCT<`PRICE` STRUCT<`CENTS` BIGINT>>',
    );
  });

  it('refuses a record that holds itself', () => {
    expect(() => columns('AVRO', record([{ name: 'next', type: ['null', 'R'] }]))).toThrow('R holds itself');
  });
});

describe('columns of JSON schemas', () => {
  const object = (properties: unknown, more = {}): unknown => ({ type: 'object', properties, ...more });

  it.each([
    ['numbers', { i: { type: 'integer' }, n: { type: 'number' } }, '`I` BIGINT, `N` DOUBLE'],
    ['what Connect says of an integer', { i: { type: 'integer', 'connect.type': 'int16' } }, '`I` INTEGER'],
    ['a list of types with null', { s: { type: ['null', 'string'] } }, '`S` STRING'],
    [
      'several types as a STRUCT',
      { u: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] } },
      '`U` STRUCT<`CONNECT_UNION_FIELD_0` STRING, `CONNECT_UNION_FIELD_1` BIGINT>',
    ],
    ['an enum', { e: { enum: ['a', 'b'] } }, '`E` STRING'],
    [
      'allOf as all fields together',
      { a: { allOf: [object({ x: { type: 'string' } }), object({ y: { type: 'boolean' } })] } },
      '`A` STRUCT<`X` STRING, `Y` BOOLEAN>',
    ],
    [
      'a map in both forms',
      {
        o: { type: 'object', 'connect.type': 'map', additionalProperties: { type: 'string' } },
        e: {
          type: 'array',
          'connect.type': 'map',
          items: object({ key: { type: 'string' }, value: { type: 'boolean' } }),
        },
      },
      '`O` MAP<STRING, STRING>, `E` MAP<STRING, BOOLEAN>',
    ],
    [
      'the order that Connect noted',
      { b: { type: 'string', 'connect.index': 1 }, a: { type: 'string', 'connect.index': 0 } },
      '`A` STRING, `B` STRING',
    ],
  ])('%s', (_, properties, expected) => {
    expect(columns('JSON_SR', object(properties))).toBe(expected);
  });

  it('follows references within the schema and to others', () => {
    const schema = object(
      {
        own: { $ref: '#/definitions/size' },
        other: { $ref: 'item.json' },
        part: { $ref: 'item.json#/properties/sku' },
      },
      { definitions: { size: { type: 'integer', 'connect.type': 'int32' } } },
    );
    expect(columns('JSON_SR', schema, { 'item.json': object({ sku: { type: 'string' } }) })).toBe(
      '`OWN` INTEGER, `OTHER` STRUCT<`SKU` STRING>, `PART` STRING',
    );
  });

  it('refuses a schema that holds itself, and one that is not registered', () => {
    expect(() => columns('JSON_SR', object({ next: { $ref: '#' } }))).toThrow('holds itself');
    expect(() => columns('JSON_SR', object({ a: { $ref: 'missing.json' } }))).toThrow('missing.json');
  });
});
