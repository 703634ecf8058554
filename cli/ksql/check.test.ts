import type { SqlFile } from '../../resources/query/sql-files';
import { checkSql } from './check';
import { localWorld } from './local-world';
import type { SqlProject } from './sql-project';

const world = localWorld();
const READINGS = `CREATE STREAM readings (id STRING KEY, site STRING, volts DOUBLE)
  WITH (KAFKA_TOPIC='readings', KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON');`;
const TABLE_WITH = "KAFKA_TOPIC='t', PARTITIONS=4, REPLICAS=1, KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON'";

const file = (path: string, text: string): SqlFile => ({ path, text });
const places = (files: readonly SqlFile[], project?: SqlProject, defines = {}) =>
  checkSql({ files, project, defines, world }).diagnostics.map(
    ({ source, span, code }) => `${source?.name}:${span?.line}:${span?.column} ${code}`,
  );

const PROJECT: SqlProject = {
  context: {
    variables: { partitions: '4' },
    windows: { '1m': { window_size: '1 MINUTES', window_grace: '10 MINUTES', window_retention: '7 DAYS' } },
    versions: { volts: { running: 1 } },
  },
  schemas: [
    {
      path: 'schemas/typed-value.avsc',
      subject: 'typed-value',
      schema: '{"type":"record","name":"Typed","fields":[{"name":"SITE","type":"string"},{"name":"VOLTS","type":"double"}]}',
    },
  ],
  topics: new Map([['readings', { partitions: 8, replicas: 1 }]]),
  files: [
    file('ksql/bronze/readings.sql', READINGS),
    file(
      'ksql/gold/volts.sql',
      `-- description: Volts a site.
-- windows: 1m

-- Repartitions: by site.
CREATE TABLE \${name} WITH (${TABLE_WITH.replace('4', '${partitions}')}, RETENTION_MS=604800000) AS
SELECT site, WINDOWSTART AS window_start, WINDOWEND AS window_end, SUM(volts) AS volts
FROM readings WINDOW TUMBLING (SIZE \${window_size}, RETENTION \${window_retention}, GRACE PERIOD \${window_grace})
GROUP BY site EMIT CHANGES;`,
    ),
  ],
};

describe('checkSql', () => {
  it('finds nothing in what is right, whatever the order of the files', () => {
    const table = `CREATE TABLE volts_v1 WITH (${TABLE_WITH}) AS SELECT site, SUM(volts) AS volts FROM readings GROUP BY site; -- repartitions: by site`;
    const files = [file('a.sql', table), file('b.sql', READINGS)];
    const { diagnostics, units, statements } = checkSql({ files, defines: {}, world });
    expect(diagnostics).toEqual([]);
    expect(statements).toBe(2);
    expect(units.map((unit) => unit.file.path)).toEqual(['b.sql', 'a.sql']);
  });

  it('types what was parsed, each statement with those before it', () => {
    const text = `INSERT INTO readings SELECT id, site, volts + site AS volts FROM readings;\nDROP STREAM nothing;`;
    expect(places([file('a.sql', READINGS), file('b.sql', text)])).toEqual([
      expect.stringMatching(/^b\.sql:1:\d+ KE[23]/),
      expect.stringMatching(/^b\.sql:2:1 KE2101$/),
    ]);
  });

  it('says once what is missing because of another mistake', () => {
    const broken = READINGS.replace('DOUBLE', 'DOUBLE DOUBLE');
    const reader = `CREATE TABLE volts_v1 WITH (${TABLE_WITH}) AS SELECT site, SUM(volts) AS volts FROM readings GROUP BY site; -- repartitions: by site`;
    expect(places([file('a.sql', broken), file('b.sql', reader)])).toEqual(['a.sql:1:66 KE1001']);
    const untyped = reader.replace('SUM(volts)', 'SUM(site)');
    const further = "INSERT INTO volts_v1 SELECT site, volts FROM volts_v1;";
    expect(places([file('a.sql', READINGS), file('b.sql', untyped), file('c.sql', further)])).toEqual([
      expect.stringMatching(/^b\.sql:1:\d+ KE/),
    ]);
  });

  it('types queries between the statements, against what serves', () => {
    const table = `-- serving: yes\nCREATE TABLE volts_v1 WITH (${TABLE_WITH}) AS SELECT id, SUM(volts) AS volts FROM readings GROUP BY id;`;
    const queries = (text: string) => places([file('a.sql', READINGS), file('b.sql', table), file('c.sql', text)]);
    expect(queries("SELECT id, volts FROM volts_v1 WHERE id = 'a'; SELECT id FROM readings EMIT CHANGES;")).toEqual([]);
    expect(queries('SELECT nope FROM volts_v1;')).toEqual(['c.sql:1:8 KE2104']);
    expect(queries('SELECT id FROM readings WHERE volts EMIT CHANGES;')).toEqual([expect.stringMatching(/^c\.sql:1:\d+ KE/)]);
  });

  it('reports files that need each other, and two that make the same', () => {
    const one = `CREATE STREAM a WITH (${TABLE_WITH}, RETENTION_MS=1) AS SELECT k, v FROM b;`;
    const two = `CREATE STREAM b WITH (${TABLE_WITH}, RETENTION_MS=1) AS SELECT k, v FROM a;`;
    expect(places([file('a.sql', one), file('b.sql', two)])).toContain('a.sql:0:0 KE2201');
    expect(places([file('a.sql', READINGS), file('b.sql', READINGS)])).toContain('b.sql:0:0 KE2202');
  });

  it('names variables without a value where they stand, and takes those that are given', () => {
    const text = READINGS.replace("'readings'", "'${topic}'");
    expect(places([file('a.sql', text)])).toEqual(['a.sql:2:21 KE1012']);
    expect(places([file('a.sql', text)], undefined, { TOPIC: 'x' })).toEqual([]);
    expect(places([file('a.sql', `DEFINE topic = 'x';\n${text}`)])).toEqual([]);
  });

  it('expands files of the declaration, and checks one of them with all others around it', () => {
    const result = checkSql({ files: [PROJECT.files[1]!], project: PROJECT, defines: {}, world });
    expect(result.diagnostics).toEqual([]);
    expect(result.statements).toBe(1);
    expect(result.units.map(({ window, version }) => [window, version])).toEqual([
      [undefined, undefined],
      ['1m', 1],
    ]);
  });

  it('takes columns from the schemas of the declaration', () => {
    const typed = (column: string) => [
      file('x/typed.sql', "CREATE STREAM typed WITH (KAFKA_TOPIC='typed', KEY_FORMAT='NONE', VALUE_FORMAT='AVRO');"),
      file('x/use.sql', `CREATE STREAM u WITH (${TABLE_WITH}, RETENTION_MS=1) AS SELECT site, ${column} FROM typed PARTITION BY site;`),
    ];
    expect(places(typed('volts'), PROJECT)).toEqual([]);
    expect(places(typed('amperes'), PROJECT)).toEqual([expect.stringMatching(/^x\/use\.sql:1:\d+ KE2104$/)]);
  });

  it('names a schema that no columns can be read from', () => {
    const schemas = [{ ...PROJECT.schemas[0]!, subject: 'typed-value', schema: '{"type":"record","name":"R","fields":[{"name":"a","type":"nothing"}]}' }];
    const text = "CREATE STREAM typed WITH (KAFKA_TOPIC='typed', KEY_FORMAT='NONE', VALUE_FORMAT='AVRO');";
    expect(places([file('x/typed.sql', text)], { ...PROJECT, schemas })).toEqual([expect.stringMatching(/^x\/typed\.sql:1:\d+ KE3034$/)]);
  });

  it('says what only the loader of the declaration refuses', () => {
    const misnamed = { ...PROJECT, files: [file('ksql/bronze/other.sql', READINGS), PROJECT.files[1]!] };
    expect(places(misnamed.files, misnamed)).toEqual(['ksql/bronze/other.sql:0:0 KE1011']);
    const unknownWindow = file('ksql/gold/volts.sql', PROJECT.files[1]!.text.replace('windows: 1m', 'windows: 2m'));
    const project = { ...PROJECT, files: [PROJECT.files[0]!, unknownWindow] };
    expect(places(project.files, project)).toEqual(['ksql/gold/volts.sql:0:0 KE1011']);
  });
});
