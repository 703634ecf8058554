import { loadSqlFiles } from './sql-files';
import type { SqlContext, SqlFile } from './sql-files';
import { parseVersions } from './versions';
import { readHeader } from './sql-header';

const context: SqlContext = {
  variables: { partitions: '4' },
  windows: { '1m': { window_size: '1 MINUTES' }, '1h': { window_size: '1 HOURS' } },
  versions: {},
};
const source = (name: string, topic = `${name}.v1`): SqlFile => ({
  path: `ksql/bronze/${name}.sql`,
  text: `CREATE STREAM \${name} (k STRING KEY, v INT) WITH (KAFKA_TOPIC='${topic}', VALUE_FORMAT='JSON');`,
});
const query = (name: string, from: string, layer = 'silver'): SqlFile => ({
  path: `ksql/${layer}/${name}.sql`,
  text: `CREATE STREAM \${name} WITH (KAFKA_TOPIC='${name}.v1', PARTITIONS=\${partitions}) AS SELECT * FROM ${from} EMIT CHANGES;`,
});
const rollup: SqlFile = {
  path: 'ksql/gold/sla.sql',
  text: "-- description: sums\n-- windows: 1m, 1h\n\n-- note: free text\nCREATE TABLE ${name} WITH (KAFKA_TOPIC='gold.sla_${window}.v${version}') AS SELECT k, COUNT(*) AS n FROM a WINDOW TUMBLING (SIZE ${window_size}) GROUP BY k EMIT CHANGES;",
};

const load = (files: SqlFile[], changed: Partial<SqlContext> = {}) =>
  loadSqlFiles(files, { ...context, ...changed });
const names = (files: SqlFile[], changed: Partial<SqlContext> = {}) =>
  load(files, changed).map(({ name }) => name);

describe('SQL files', () => {
  it('are ordered so that each comes after those it reads, whatever their names', () => {
    expect(names([query('a1', 'z9'), query('b2', 'a1'), source('z9')])).toEqual(['Z9', 'A1', 'B2']);
  });

  it('have a source declared over a topic after the object that writes the topic', () => {
    expect(names([source('again', 'z.v1'), query('z', 'start'), source('start')])).toEqual([
      'START',
      'Z',
      'AGAIN',
    ]);
  });

  it('are expanded to one object a window, with the version that runs', () => {
    expect(names([source('a'), rollup])).toEqual(['A', 'SLA_1M_V1', 'SLA_1H_V1']);
    expect(names([source('a'), rollup], { versions: { sla: { running: 2 } } })).toEqual([
      'A',
      'SLA_1M_V2',
      'SLA_1H_V2',
    ]);
    const [, minute] = load([source('a'), rollup]);
    expect(minute?.statements[0]?.facts.writesTopic).toBe('gold.sla_1m.v1');
    expect(minute?.statements[0]?.text).toContain('SIZE 1 MINUTES');
  });

  it('run every version that is declared, each with the text that is kept for it', () => {
    const kept: SqlFile = {
      ...rollup,
      path: 'ksql/gold/sla.v1.sql',
      text: rollup.text.replace('COUNT(*)', 'MAX(v)'),
    };
    const objects = load([source('a'), rollup, kept], { versions: { sla: { running: 1, candidate: 2 } } });
    expect(objects.map(({ name }) => name)).toEqual([
      'A',
      'SLA_1M_V2',
      'SLA_1H_V2',
      'SLA_1M_V1',
      'SLA_1H_V1',
    ]);
    expect(objects.find(({ name }) => name === 'SLA_1M_V1')?.statements[0]?.text).toContain('MAX(v)');
    expect(objects.find(({ name }) => name === 'SLA_1M_V2')?.statements[0]?.text).toContain('COUNT(*)');
  });

  it('read the running version of another file by its name', () => {
    const reader = query('reader', '${a}');
    expect(load([source('a'), reader], { versions: { a: { running: 3 } } }).at(-1)?.dependsOn).toEqual([
      'A_V3',
    ]);
  });

  it('give the SET lines before a statement to that statement alone', () => {
    const file = {
      ...query('b', 'a'),
      text: `SET 'cache.max.bytes.buffering' = '0';\n${query('b', 'a').text}`,
    };
    expect(load([source('a'), file]).at(-1)?.statements[0]?.properties).toEqual({
      'cache.max.bytes.buffering': '0',
    });
  });

  test.each<[string, SqlFile[], Partial<SqlContext>, RegExp]>([
    [
      'a file that reads what nothing makes',
      [query('b', 'nope')],
      {},
      /ksql\/silver\/b\.sql: reads "NOPE", which no file of ksql\/ makes/,
    ],
    [
      'a cycle',
      [query('a', 'b'), query('b', 'a')],
      {},
      /reads itself: A <- B <- A|reads itself: B <- A <- B/,
    ],
    [
      'two objects of one name',
      [source('a'), query('a', 'b'), source('b')],
      {},
      /makes "A", which ksql\/bronze\/a\.sql makes already/,
    ],
    [
      'a variable that nobody defines',
      [{ ...source('a'), text: source('a').text.replace("'JSON'", "'${format}'") }],
      {},
      /ksql\/bronze\/a\.sql: variable \$\{format\} not defined/,
    ],
    [
      'a window that the environment has not',
      [source('a'), { ...rollup, text: rollup.text.replace('1h', '7m') }],
      {},
      /window "7m" is not one of the environment's: 1m, 1h/,
    ],
    [
      'an object that is not named like its file',
      [{ path: 'ksql/bronze/a.sql', text: source('a').text.replace('${name}', 'other') }],
      {},
      /makes "OTHER", expected "A", as the file is named/,
    ],
    [
      'a statement that makes nothing',
      [{ path: 'ksql/bronze/a.sql', text: 'SHOW STREAMS;' }],
      {},
      /ksql\/bronze\/a\.sql:1:1: a List statement cannot stand here/,
    ],
    ['an empty file', [{ path: 'ksql/bronze/a.sql', text: '-- nothing' }], {}, /holds no statement/],
    [
      'a syntax error, with its file',
      [{ path: 'ksql/bronze/a.sql', text: 'CREATE STREEM a;' }],
      {},
      /ksql\/bronze\/a\.sql:1:8: [^]*STREEM/,
    ],
    [
      'a version of a file that is not there',
      [source('a')],
      { versions: { gone: { running: 1 } } },
      /ksql\/versions\.yaml: "gone" is no file/,
    ],
  ])('refuse %s', (_name, files, changed, message) => {
    expect(() => load(files, changed)).toThrow(message);
  });
});

describe('the header of an SQL file', () => {
  it('goes on over lines without a key, and ends at the first blank line', () => {
    const text =
      '-- description: what it answers,\n-- in two lines\n-- windows: 1m,1h\n\n-- warning: not the header\nCREATE';
    expect(readHeader(text)).toEqual({
      description: 'what it answers, in two lines',
      windows: ['1m', '1h'],
      metrics: [],
      examples: [],
      entries: { description: 'what it answers, in two lines', windows: '1m,1h' },
    });
  });
  it('lists metrics and examples in their order', () => {
    const text = [
      '-- description: sums',
      '-- metric: a | SUM(x) | ms | never | traces',
      '-- metric: b | a / n | ratio 0-1 | NULL when n = 0 | -',
      '--   and so on',
      "-- example: SELECT a FROM t WHERE k = 'x';",
    ].join('\n');
    const { metrics, examples, entries } = readHeader(text);
    expect(metrics).toEqual([
      { column: 'a', formula: 'SUM(x)', unit: 'ms', nullRule: 'never', source: 'traces' },
      {
        column: 'b',
        formula: 'a / n',
        unit: 'ratio 0-1',
        nullRule: 'NULL when n = 0',
        source: '- and so on',
      },
    ]);
    expect(examples).toEqual(["SELECT a FROM t WHERE k = 'x';"]);
    expect(entries).toEqual({ description: 'sums' });
  });
  it('refuses a metric that lacks a part', () => {
    expect(() => readHeader('-- metric: a | SUM(x) | ms\n')).toThrow(/metric "a .*" has 3 parts, expected 5/);
  });
});

describe('the versions file', () => {
  it('takes a number or the whole form', () => {
    expect(parseVersions('a: 2\nb: { running: 2, retiring: [1] }\n', 'v.yaml')).toEqual({
      a: { running: 2 },
      b: { running: 2, retiring: [{ version: 1 }] },
    });
  });
  it('lists every problem with its path', () => {
    expect(() => parseVersions('a: 0\nb: { runs: 1 }\n', 'v.yaml')).toThrow(/v\.yaml: a.*\n.*v\.yaml: b/s);
  });
});
