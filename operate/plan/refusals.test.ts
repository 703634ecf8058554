import { connectorRefusals } from './connector-refusals';
import { queryRefusals } from './query-refusals';
import { avroIncompatibility } from './avro-compatibility';

const DLQ = { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dlq.a.v1' };
const reasons = (config: Record<string, string>): string[] =>
  connectorRefusals({ config: { topics: 'a', ...config } }).map(({ reason }) => reason);

describe('a connector is refused', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['without a dead-letter topic', { 'errors.tolerance': 'all' }, /names no dead-letter topic/],
    ['that stops at what it cannot read', { ...DLQ, 'errors.tolerance': 'none' }, /errors\.tolerance/],
    [
      'with a password in clear text',
      { ...DLQ, 'database.password': 'hunter2' },
      /"database\.password" holds a secret/,
    ],
    [
      'with a secret key in clear text',
      { ...DLQ, 'iceberg.catalog.s3.secret-access-key': 'abc' },
      /secret-access-key/,
    ],
    ['with a token in clear text', { ...DLQ, 'api.token': 'abc' }, /api\.token/],
    [
      'with a password inside a JAAS line',
      {
        ...DLQ,
        'consumer.override.sasl.jaas.config': 'x.ScramLoginModule required username="u" password="p";',
      },
      /jaas/,
    ],
  ])('%s', (_what, config, expected) => expect(reasons(config)).toEqual([expect.stringMatching(expected)]));

  it('never with the secret in the words', () => {
    expect(reasons({ ...DLQ, 'database.password': 'hunter2' }).join()).not.toContain('hunter2');
  });
});

describe('a connector is taken', () => {
  test.each<[string, Record<string, string>]>([
    ['with dead letters and references', { ...DLQ, 'database.password': '${directory:/s:db}' }],
    [
      'with a reference inside a JAAS line',
      { ...DLQ, 'x.sasl.jaas.config': 'y required username="u" password="${directory:/s:kafka-u}";' },
    ],
    ['with the public part of a key pair', { ...DLQ, 'iceberg.catalog.s3.access-key-id': 'lake-user' }],
  ])('%s', (_what, config) => expect(reasons(config)).toEqual([]));

  it('without dead letters where it is a source: it reads no topic', () => {
    expect(connectorRefusals({ config: { 'connector.class': 'Source' } })).toEqual([]);
  });
});

const table = (rest: string, properties = ''): string =>
  `CREATE TABLE t WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON'${properties}) AS SELECT k, COUNT(*) AS n FROM s ${rest} GROUP BY k EMIT CHANGES;`;
const stream = (select: string): string =>
  `CREATE STREAM t WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON') AS SELECT k, ${select} AS x FROM s EMIT CHANGES;`;
const queryReasons = (text: string): string[] => queryRefusals({ text }).map(({ reason }) => reason);

describe('a query is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'with a window that has neither RETENTION nor GRACE',
      table('WINDOW TUMBLING (SIZE 1 MINUTE)'),
      /no RETENTION and no GRACE PERIOD/,
    ],
    [
      'with a window that has no RETENTION',
      table('WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 1 MINUTE)'),
      /no RETENTION,/,
    ],
    [
      'with a window that has no GRACE',
      table('WINDOW HOPPING (SIZE 1 MINUTE, ADVANCE BY 10 SECONDS, RETENTION 1 DAY)'),
      /no GRACE PERIOD,/,
    ],
    ['with sessions that have neither', table('WINDOW SESSION (1 MINUTE)'), /no RETENTION and no GRACE/],
    [
      'as a table that is neither compacted nor expires',
      table('', ", CLEANUP_POLICY='delete'"),
      /grows for ever/,
    ],
    [
      'as a table that never expires',
      table('', ", CLEANUP_POLICY='delete', RETENTION_MS=-1"),
      /grows for ever/,
    ],
    ['for UNIX_TIMESTAMP()', stream('UNIX_TIMESTAMP()'), /UNIX_TIMESTAMP\(\) differs/],
    ['for UUID()', stream('UUID()'), /UUID\(\) differs/],
    ['for RANDOM()', stream('RANDOM()'), /RANDOM\(\) differs/],
    [
      'for RANDOM() in INSERT INTO',
      'INSERT INTO t SELECT k, RANDOM() AS x FROM s EMIT CHANGES;',
      /RANDOM\(\) differs/,
    ],
    [
      'for RANDOM() also where a comment allows it',
      `-- lint: allow deterministic: why not\n${stream('RANDOM()')}`,
      /RANDOM\(\) differs/,
    ],
  ])('%s', (_what, text, expected) => expect(queryReasons(text)).toEqual([expect.stringMatching(expected)]));
});

test.each([
  [
    'with RETENTION and GRACE',
    table('WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE)'),
  ],
  ['as a table that ksqlDB compacts', table('')],
  ['as a table that expires', table('', ", CLEANUP_POLICY='delete', RETENTION_MS=86400000")],
  ['with UNIX_TIMESTAMP of a value', stream('UNIX_TIMESTAMP(ts)')],
  [
    'as a declaration over a topic',
    "CREATE STREAM t (k STRING KEY) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');",
  ],
])('a query is taken %s', (_what, text) => expect(queryReasons(text)).toEqual([]));

describe('a schema, judged without a registry', () => {
  const record = (...fields: unknown[]): string => JSON.stringify({ type: 'record', name: 'R', fields });
  const a = { name: 'a', type: 'string' };
  const b = { name: 'b', type: 'int' };
  const optional = { name: 'b', type: ['null', 'int'], default: null };

  test.each<[string, string, string, 'BACKWARD' | 'FORWARD' | 'FULL' | 'NONE', boolean]>([
    ['may get an optional field', record(a), record(a, optional), 'BACKWARD', true],
    ['may not get a required one', record(a), record(a, b), 'BACKWARD', false],
    ['may lose a field for new readers', record(a, b), record(a), 'BACKWARD', true],
    ['may not lose a required field for old readers', record(a, b), record(a), 'FORWARD', false],
    ['must please both', record(a), record(a, optional), 'FULL', true],
    ['may not change a type', record(b), record({ ...b, type: 'string' }), 'BACKWARD', false],
    ['may widen a type', record(b), record({ ...b, type: 'long' }), 'BACKWARD', true],
    ['may do anything without a rule', record(a), record(b), 'NONE', true],
  ])('%s', (_what, before, after, rule, isCompatible) => {
    expect(avroIncompatibility(before, after, rule) === undefined).toBe(isCompatible);
  });
});
