import { hideSecrets } from './hide-secrets';
import { NaapProvider } from './provider';
import { packageSchema } from './schema';
import type { Properties } from './wire';
import { decode, encode } from './wire';

/** Everything that asks no server; `tests/provider` has the rest on real ones. */
const provider = new NaapProvider();
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const CONNECTOR = 'naap:connect:Connector';
const QUERY = 'naap:ksqldb:Query';
const connector = {
  connectUrl: 'http://c',
  connector: 'raw',
  config: { 'connector.class': 'C', 'tasks.max': '1' },
  state: 'RUNNING',
};
const query = {
  ksqldbUrl: 'http://k',
  object: 'F',
  statements: [{ text: 'CREATE STREAM f AS SELECT a FROM s EMIT CHANGES;', properties: {} }],
  reads: ['S'],
  file: 'ksql/f.sql',
  state: 'RUNNING',
  deleteTopic: false,
};

describe('check', () => {
  test.each<[string, string, Properties, RegExp]>([
    ['an input that is missing', CONNECTOR, { ...connector, connectUrl: undefined }, /^connectUrl: /],
    ['an input that is unknown', CONNECTOR, { ...connector, conifg: {} }, /conifg/],
    ['a state that there is not', CONNECTOR, { ...connector, state: 'ASLEEP' }, /^state: /],
    ['a connector without a class', CONNECTOR, { ...connector, config: {} }, /"connector\.class" is absent/],
    [
      'offsets without a request',
      CONNECTOR,
      { ...connector, offsets: { to: 'earliest' } },
      /offsets\.request/,
    ],
    [
      'text that is not ksqlDB',
      QUERY,
      { ...query, statements: [{ text: 'CREATE STREEM f;' }] },
      /^statements: ksql\/f\.sql: /,
    ],
    [
      'a schema that is not JSON',
      'naap:registry:Subject',
      { registryUrl: 'http://r', subject: 'a-value', schema: 'string' },
      /^schema: of subject "a-value"/,
    ],
    [
      'a user with a line break in its name',
      'naap:kafka:PlainUser',
      { usersFile: '/f', username: 'a\nb', password: 'p' },
      /^username: /,
    ],
  ])('refuses %s', (_name, type, inputs, problem) => {
    const { failures } = provider.check(type, inputs);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(problem);
  });

  it('leaves alone what is only known later, and checks the rest', () => {
    expect(provider.check(CONNECTOR, { ...connector, connectUrl: UNKNOWN })).toEqual({
      inputs: { ...connector, connectUrl: UNKNOWN },
      failures: [],
    });
    const config = { 'connector.class': UNKNOWN };
    expect(provider.check(CONNECTOR, { ...connector, config, state: 'ASLEEP' }).failures).toHaveLength(1);
  });
});

describe('diff', () => {
  const paths = (type: string, before: Properties, after: Properties): string[] =>
    provider.diff(type, before, after).items.map(({ path, kind }) => `${kind} ${path}`);

  it('finds nothing where nothing differs', () => {
    expect(paths(CONNECTOR, connector, connector)).toEqual([]);
    expect(paths(QUERY, query, query)).toEqual([]);
  });

  it('names the setting, and whether it came, went or changed', () => {
    const config = { 'connector.class': 'D', 'topics.x': '1' };
    expect(paths(CONNECTOR, connector, { ...connector, config }).sort()).toEqual([
      'add config["topics.x"]',
      'delete config["tasks.max"]',
      'update config["connector.class"]',
    ]);
  });

  it('counts a failed task as a state to be mended', () => {
    expect(paths(CONNECTOR, { ...connector, state: 'FAILED' }, connector)).toEqual(['update state']);
  });

  it('names inputs that the kind does not compare', () => {
    expect(paths(QUERY, query, { ...query, deleteTopic: true, username: 'u' })).toEqual([
      'update deleteTopic',
      'add username',
    ]);
  });

  it('takes what is only known later for a change in place', () => {
    expect(provider.diff(CONNECTOR, connector, { ...connector, config: UNKNOWN })).toEqual({
      items: [{ property: 'config', path: 'config', kind: 'update', replaces: false }],
      deleteBeforeReplace: false,
    });
  });

  it('replaces what has another identity, and says why', () => {
    const found = provider.diff(QUERY, query, { ...query, object: 'G' });
    expect(found.items).toEqual([{ property: 'object', path: 'object', kind: 'update', replaces: true }]);
    expect(found.reason).toBe('an object of ksqlDB has no other name: its next version is built beside it');
  });

  it('refuses what cannot be changed in place, with what to do', () => {
    const text = 'CREATE TABLE f AS SELECT a, COUNT(*) AS n FROM s GROUP BY a EMIT CHANGES;';
    const other = text.replace('COUNT(*)', 'SUM(b)');
    const of = (text: string) => ({ ...query, statements: [{ text, properties: {} }] });
    expect(() => provider.diff(QUERY, of(text), of(other))).toThrow(/refused query "F"/);
  });
});

describe('secrets', () => {
  it('are taken out of a text, the longest first, and short words are left', () => {
    const properties = [{ password: 'abcd', list: ['abcdef', 'x'], open: 'word' }];
    expect(hideSecrets('abcdef abcd word x', properties, ['password', 'list'])).toBe(
      '(secret) (secret) word x',
    );
  });

  it('come back marked, whatever else is in the message', () => {
    const message = encode({ a: 'x', b: { c: [1, null, true] }, none: undefined }, ['a']);
    expect(decode(message)).toEqual({ value: { a: 'x', b: { c: [1, null, true] } }, secrets: ['a'] });
  });
});

it('describes its types from the forms that it checks with', () => {
  const { resources } = packageSchema('1.2.3') as {
    resources: Record<string, { inputProperties: Record<string, object>; requiredInputs: string[] }>;
  };
  expect(resources[CONNECTOR]!.requiredInputs).toEqual(['connectUrl', 'connector', 'config']);
  expect(resources[CONNECTOR]!.inputProperties.config).toEqual({
    type: 'object',
    additionalProperties: { type: 'string' },
  });
  expect(resources[QUERY]!.inputProperties.password).toEqual({ type: 'string', secret: true });
});
