import { canonicalSchema, compareSubject } from './index';
import type { LiveSubject, Subject } from './index';

const schema = JSON.stringify({
  type: 'record',
  name: 'Scrape',
  namespace: 'naap',
  fields: [{ name: 'id', type: 'string', doc: 'uuid' }],
});
const desired: Subject = { subject: 'a-value', schemaType: 'AVRO', schema, compatibility: 'BACKWARD' };
const live: LiveSubject = { schema, version: 1, id: 7, compatibility: 'BACKWARD' };

describe('the canonical form of a schema', () => {
  test.each<[string, unknown, unknown, boolean]>([
    [
      'does not see the order of keys',
      { type: 'record', name: 'A', fields: [] },
      { fields: [], name: 'A', type: 'record' },
      true,
    ],
    [
      'takes a full name for a name with its namespace',
      { type: 'enum', name: 'n.A', symbols: ['X'] },
      { type: 'enum', name: 'A', namespace: 'n', symbols: ['X'] },
      true,
    ],
    [
      'takes a primitive in an object for the primitive',
      { type: 'array', items: { type: 'long' } },
      { type: 'array', items: 'long' },
      true,
    ],
    [
      'gives a reference the namespace of the record around it',
      { type: 'record', name: 'A', namespace: 'n', fields: [{ name: 'next', type: ['null', 'A'] }] },
      { type: 'record', name: 'n.A', fields: [{ name: 'next', type: ['null', 'n.A'] }] },
      true,
    ],
    ['keeps a logical type', { type: 'long', logicalType: 'timestamp-millis' }, 'long', false],
    ['keeps the order of fields', fields('a', 'b'), fields('b', 'a'), false],
    ['keeps the order of a union', ['null', 'string'], ['string', 'null'], false],
    [
      'keeps documentation, as its change is a new version',
      { type: 'fixed', name: 'F', size: 2, doc: 'a' },
      { type: 'fixed', name: 'F', size: 2 },
      false,
    ],
    [
      'keeps a default',
      { ...fields('a'), fields: [{ name: 'a', type: 'int', default: 1 }] },
      { ...fields('a'), fields: [{ name: 'a', type: 'int' }] },
      false,
    ],
  ])('%s', (_name, a, b, same) => {
    expect(canonicalSchema(JSON.stringify(a)) === canonicalSchema(JSON.stringify(b))).toBe(same);
  });
});

describe('a subject', () => {
  const bare = schema.replace(',"doc":"uuid"', '');

  it('is left alone when ksqlDB registered it again in its own words, above the declared one', () => {
    expect(compareSubject(desired, { ...live, schema: bare, hasDeclared: true })).toEqual([]);
  });

  it('is registered when only another one of its structure is there', () => {
    expect(compareSubject(desired, { ...live, schema: bare, hasDeclared: false })).toHaveLength(1);
  });

  it('is registered again when a newer version reads differently', () => {
    const newer = schema.replace('"string"', '"long"');
    expect(compareSubject(desired, { ...live, schema: newer, hasDeclared: true })).toHaveLength(1);
  });

  test.each<[string, Partial<Subject>, LiveSubject | undefined, unknown[]]>([
    ['is created when it is not there', {}, undefined, [{ action: 'create' }]],
    [
      'is left alone when its newest schema says the same',
      { schema: JSON.stringify(JSON.parse(schema), null, 2) },
      live,
      [],
    ],
    [
      'gets its rule when it has none of its own',
      {},
      { ...live, compatibility: undefined },
      [{ action: 'update', properties: [{ path: 'compatibility', after: 'BACKWARD' }] }],
    ],
    [
      'gets a changed schema as its next version',
      { schema: schema.replace('uuid', 'UUID v7') },
      live,
      [{ action: 'update', properties: [{ path: 'schema' }] }],
    ],
  ])('%s', (_name, changed, found, expected) => {
    expect(compareSubject({ ...desired, ...changed }, found)).toMatchObject(expected);
    expect(compareSubject({ ...desired, ...changed }, found)).toHaveLength(expected.length);
  });
});

function fields(...names: string[]): { type: string; name: string; fields: unknown[] } {
  return { type: 'record', name: 'A', fields: names.map((name) => ({ name, type: 'int' })) };
}
