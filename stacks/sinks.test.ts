import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { loadSqlFiles } from '../resources/query/sql-files';
import { SINK_VARIANTS, connectorConfig } from './connector-config';
import { parseConnector } from './connector-definition';
import { readDeclaration } from './declaration';
import { readEnvironment } from './environment';
import type { Environment } from './environment';
import { sinkDefinitions } from './sinks';
import type { SinkDefinition } from './sinks';
import { effectiveDeclaration } from './effective-declaration';
import { rawTopicNames } from './topics';
import { trinoCatalogs } from './trino-catalogs';
import { upkeepTask } from './upkeep-job';
import type { TableRetention } from './upkeep-job';

const ROOT = path.resolve(__dirname, '..');
const VARIABLES = {
  NAAP_SECRETS_DIR: '/secrets',
  NAAP_KAFKA_BOOTSTRAP: 'a:1',
  NAAP_PLAIN_USERS_FILE: '/users',
  NAAP_KSQLDB_URL: 'http://k',
  NAAP_REGISTRY_URL: 'http://r',
  NAAP_REGISTRY_NATIVE_URL: 'http://r',
  NAAP_CONNECT_CRITICAL_URL: 'http://c:1',
  NAAP_CONNECT_CURATED_URL: 'http://c:2',
  NAAP_LAKE_ENDPOINT: 'http://m',
  NAAP_LAKE_REGION: 'us-east-1',
  NAAP_LAKE_CATALOG_URI: 'jdbc:sqlite:/catalogs/{connector}.db',
};

function environmentOf(name: string): Environment {
  const file = `Pulumi.${name}.yaml`;
  const { config } = parse(readFileSync(path.join(ROOT, file), 'utf8')) as {
    config: Record<string, unknown>;
  };
  return readEnvironment({ name, file, values: config, variables: VARIABLES });
}

const CURATED = parseConnector(
  'connectors/curated-gold.yaml',
  'description: d\ncluster: curated\nclass: C\nlayers: [silver, gold]\nsource: avro\ndeadLetterTopic: dlq.g\ncontrolTopic: control.g\n',
);
const table = (name: string, rest: string): { path: string; text: string } => ({
  path: `ksql/gold/${name}.sql`,
  text: `CREATE TABLE \${name} WITH (KAFKA_TOPIC='gold.${name}.v\${version}', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO') AS ${rest};`,
});
const SOURCE = {
  path: 'ksql/bronze/s.sql',
  text: "CREATE STREAM s (k STRING KEY, v INT) WITH (KAFKA_TOPIC='telemetry.s.v1', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO');",
};
const STREAM = {
  path: 'ksql/silver/clean.sql',
  text: "CREATE STREAM clean WITH (KAFKA_TOPIC='silver.clean.v1', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO') AS SELECT k, v FROM s;",
};

function sinksOf(files: { path: string; text: string }[], connector = CURATED): SinkDefinition {
  const names = files
    .filter(({ path: it }) => it.startsWith('ksql/gold'))
    .map(({ path: it }) => path.basename(it, '.sql'));
  const versions = Object.fromEntries(names.map((name) => [name, { running: 2, retiring: [] }]));
  const queries = loadSqlFiles(files, { variables: {}, windows: {}, versions });
  const sources = {
    connectors: [connector],
    queries,
    versions,
    rawTopics: ['telemetry.s.v1', 'telemetry.other.v1'],
  };
  return sinkDefinitions(sources)[0]!;
}

describe('a connector of layers', () => {
  const files = [
    SOURCE,
    STREAM,
    table('total', 'SELECT k, COUNT(*) AS n FROM s GROUP BY k'),
    table('minute', 'SELECT k, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k'),
    table(
      'hop',
      'SELECT k, COUNT(*) AS n FROM s WINDOW HOPPING (SIZE 10 MINUTES, ADVANCE BY 1 MINUTE) GROUP BY k',
    ),
    table('visit', 'SELECT k, COUNT(*) AS n FROM s WINDOW SESSION (30 SECONDS) GROUP BY k'),
    table('after_minute', 'SELECT k, n FROM minute_v2'),
  ];

  it('copies every object that writes a topic, with the window of its keys, also where it has it from its source', () => {
    const tables = sinksOf(files).tables.map(({ name, topics, row }) => [
      name,
      topics.join(),
      row?.isTable,
      row?.window,
    ]);
    expect(tables.sort()).toEqual([
      ['curated.after_minute_v2', 'gold.after_minute.v2', true, 60_000],
      ['curated.clean', 'silver.clean.v1', false, undefined],
      ['curated.hop_v2', 'gold.hop.v2', true, 600_000],
      ['curated.minute_v2', 'gold.minute.v2', true, 60_000],
      ['curated.total_v2', 'gold.total.v2', true, undefined],
      ['curated.visit_v2', 'gold.visit.v2', true, 'session'],
    ]);
  });

  it('tells its transform about tables and windows, and each table which topic is its own', () => {
    const config = connectorConfig(sinksOf(files), environmentOf('prod'));
    expect(config['transforms.key.windows']!.split(',').sort()).toEqual([
      'gold.after_minute.v2=60000',
      'gold.hop.v2=600000',
      'gold.minute.v2=60000',
      'gold.visit.v2=session',
    ]);
    expect(config['transforms.key.tables']).not.toContain('silver.clean.v1');
    expect(config).toMatchObject({
      'key.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
      'iceberg.tables.route-field': 'kafka.topic',
      'iceberg.table.curated.total_v2.route-regex': 'gold\\.total\\.v2',
      'iceberg.catalog.warehouse': 's3://lake',
    });
  });

  it('answers under its plain name with the version that runs', () => {
    const aliases = sinksOf(files).tables.flatMap(({ row }) => row?.alias ?? []);
    expect(aliases.sort()).toEqual(['after_minute', 'hop', 'minute', 'total', 'visit']);
  });

  it('leaves out what it is told to, raw topics and dead letters', () => {
    const dlq = {
      path: 'ksql/silver/d.sql',
      text: "CREATE STREAM d WITH (KAFKA_TOPIC='telemetry.dlq.v1', VALUE_FORMAT='JSON') AS SELECT k, v FROM s;",
    };
    const raw = {
      path: 'ksql/silver/r.sql',
      text: "CREATE STREAM r WITH (KAFKA_TOPIC='telemetry.other.v1', VALUE_FORMAT='JSON') AS SELECT k, v FROM s;",
    };
    const sink = sinksOf([...files, dlq, raw], { ...CURATED, except: ['total', 'HOP_V2'] });
    expect(sink.tables.map(({ name }) => name).sort()).toEqual([
      'curated.after_minute_v2',
      'curated.clean',
      'curated.minute_v2',
      'curated.visit_v2',
    ]);
  });

  it('refuses what it cannot copy, all of it, with its file and what to do', () => {
    const json = { ...STREAM, text: STREAM.text.replace("VALUE_FORMAT='AVRO'", "VALUE_FORMAT='JSON'") };
    const proto = {
      path: 'ksql/silver/p.sql',
      text: "CREATE STREAM p WITH (KAFKA_TOPIC='silver.p.v1', FORMAT='PROTOBUF') AS SELECT k, v FROM s;",
    };
    expect(() => sinksOf([SOURCE, json, proto])).toThrow(
      /silver\/clean\.sql: clean has VALUE_FORMAT JSON.*connectors\/curated-gold\.yaml\n.*silver\/p\.sql: p has VALUE_FORMAT PROTOBUF.*\n.*KEY_FORMAT PROTOBUF/,
    );
    expect(() => sinksOf(files, { ...CURATED, except: ['totl'] })).toThrow(
      /except: "totl" is no object of silver, gold/,
    );
    expect(() => sinksOf(files, { ...CURATED, retention: { objects: { totl: {} } } })).toThrow(
      /retention\.objects: "totl" is no object of silver, gold/,
    );
  });
});

describe.each(['dev', 'staging', 'prod'])('the sinks of %s', (name) => {
  const environment = environmentOf(name);
  const declaration = readDeclaration(ROOT);
  const { connectors } = effectiveDeclaration({ environment, declaration });

  it('keep every raw topic, each in the folder of its name, on the critical cluster', () => {
    const kept = connectors.filter(({ cluster }) => cluster === 'critical').flatMap(({ tables }) => tables);
    const expected = rawTopicNames(environment).map((topic) => {
      const [domain, type] = topic.split('.') as [string, string];
      return { name: `${domain}.${type}`, path: `raw/${domain}/${type}`, topics: [topic] };
    });
    expect(expected.length).toBeGreaterThanOrEqual(4);
    expect([...kept].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected);
  });

  it('copy every object of silver, gold and alerts on the curated cluster, once', () => {
    const copied = connectors.filter(({ cluster }) => cluster === 'curated').flatMap(({ topics }) => topics);
    expect(new Set(copied).size).toBe(copied.length);
    expect(copied.filter((topic) => /^(silver|gold|alerts)\./.test(topic)).length).toBeGreaterThan(10);
  });

  it.each(SINK_VARIANTS)('hold no secret in any variant: %s', (variant) => {
    for (const sink of connectors) {
      const config = connectorConfig(sink, environment, variant);
      const secrets = Object.entries(config).filter(([key]) => /secret|password|jaas|credential$/.test(key));
      expect(secrets.length).toBeGreaterThanOrEqual(4);
      for (const [, value] of secrets) expect(value).toMatch(/\$\{directory:\/[a-z/-]+:[a-z-]+\}/);
      expect(config).toMatchObject({ 'errors.tolerance': 'all', 'errors.retry.timeout': '300000' });
    }
  });

  it('rotate by size and by time', () => {
    for (const sink of connectors) {
      expect(connectorConfig(sink, environment, 'iceberg')).toMatchObject({
        'iceberg.control.commit.interval-ms': String(sink.commitIntervalMs),
        'iceberg.tables.write-props.write.target-file-size-bytes': '134217728',
      });
      expect(connectorConfig(sink, environment, 'confluent-s3')).toMatchObject({
        'rotate.interval.ms': String(sink.commitIntervalMs),
        'flush.size': '1048576',
      });
      expect(connectorConfig(sink, environment, 'aiven-s3')['file.max.records']).toBe('1048576');
    }
  });

  it('have a catalog of their environment, and Trino the same', () => {
    const kind = { dev: 'sqlite', staging: 'rest', prod: 'postgresql' }[name]!;
    const config = connectorConfig(connectors[0]!, environment);
    const files = trinoCatalogs(environment, connectors);
    const trino = Object.values(files).join('\n');
    expect(config['iceberg.catalog.uri']).toContain(
      { sqlite: 'jdbc:sqlite:', rest: 'https://nessie', postgresql: 'jdbc:postgresql:' }[kind],
    );
    expect(trino).toContain(
      { sqlite: 'org.sqlite.JDBC', rest: 'iceberg.catalog.type=rest', postgresql: 'org.postgresql.Driver' }[
        kind
      ],
    );
    expect(Object.keys(files)).toHaveLength(kind === 'sqlite' ? connectors.length : 2);
    for (const line of trino.split('\n').filter((it) => /password|secret-key|oauth2.credential/.test(it)))
      expect(line).toMatch(/\$\{ENV:[A-Z_]+\}$/);
  });

  it('are kept by a job that reads its secrets from files', () => {
    const task = JSON.stringify(upkeepTask(environment, connectors));
    const { tables } = JSON.parse(task) as {
      tables: ({ name: string; catalog: Record<string, string> } & TableRetention)[];
    };
    const table = (wanted: string) => tables.find((it) => it.name === wanted);
    expect(tables.map((it) => it.name).sort()).toEqual(
      connectors.flatMap((it) => it.tables.map((one) => one.name)).sort(),
    );
    for (const { name: own, keepMs, changelog, catalog } of tables) {
      expect(catalog['s3.secret-access-key']).toBe('${file:/run/secrets/naap/lake-upkeep}');
      if (!own.startsWith('telemetry.')) continue;
      expect([keepMs, changelog]).toEqual([environment.lake.retention.raw, undefined]);
    }
    const day = 86_400_000;
    expect(table('curated.stream_event')).toMatchObject({ keepMs: 180 * day });
    expect(table('curated.stream_event')).not.toHaveProperty('changelog');
    expect(table('curated.service_rollup_1m_v1')).toMatchObject({
      changelog: 'windows',
      supersededMs: 14 * day,
      keepMs: 400 * day,
    });
    expect(table('curated.service_rollup_5s_v1')).toMatchObject({ keepMs: 30 * day });
    // What is known of an orchestrator stays known.
    expect(table('curated.inventory_v1')).toMatchObject({ changelog: 'keys', supersededMs: 30 * day });
    expect(table('curated.inventory_v1')).not.toHaveProperty('keepMs');
  });
});
