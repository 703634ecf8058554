import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { loadSqlFiles } from '../resources/query/sql-files';
import { aclKey, deriveAcls } from './acls';
import { parseConnector } from './connector-definition';
import { readEnvironment } from './environment';
import { connectorConfig } from './connector-config';
import { currentUser, usersOf } from './identities';
import { principalNeeds, scramPrincipals, scramUsers } from './principals';
import type { FlowSources } from './principals';

const { config } = parse(readFileSync(path.join(__dirname, 'testdata/good.yaml'), 'utf8')) as {
  config: Record<string, unknown>;
};
const sql = (layer: string, name: string, text: string) => ({ path: `ksql/${layer}/${name}.sql`, text });
const sources: FlowSources = {
  environment: readEnvironment({ name: 'test', file: 'good.yaml', values: config, variables: {} }),
  connectors: [
    parseConnector(
      'connectors/raw-gateway.yaml',
      'description: d\ncluster: critical\nclass: C\ntopics: [telemetry.gateway.v1]\nsource: text\nlake: { table: a.b, path: raw/a/b }\ndeadLetterTopic: dlq.raw\ncontrolTopic: control.raw\n',
    ),
  ],
  queries: loadSqlFiles(
    [
      sql(
        'bronze',
        'line',
        "CREATE STREAM line (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='telemetry.gateway.v1', FORMAT='KAFKA');",
      ),
      sql(
        'silver',
        'clean',
        "CREATE STREAM clean WITH (KAFKA_TOPIC='silver.clean.v1') AS SELECT k, v FROM line;",
      ),
      sql(
        'silver',
        'again',
        "CREATE STREAM again (k STRING KEY) WITH (KAFKA_TOPIC='silver.clean.v1', VALUE_FORMAT='JSON');",
      ),
      sql(
        'bronze',
        'shared',
        "CREATE STREAM shared (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='telemetry.gpu_metrics.v1', FORMAT='KAFKA');",
      ),
      sql('bronze', 'shared_from_line', 'INSERT INTO shared SELECT k, v FROM line;'),
      sql(
        'gold',
        'total',
        "CREATE TABLE total WITH (KAFKA_TOPIC='gold.total.v1') AS SELECT k, COUNT(*) AS n FROM clean GROUP BY k;",
      ),
    ],
    { variables: {}, windows: {}, versions: {} },
  ),
};
const rightsOf = (principal: string): string[] =>
  deriveAcls(principalNeeds(sources))
    .filter((entry) => entry.principal === principal)
    .map((entry) => aclKey(entry).slice(principal.length + 1));

describe('the rights derived from the declaration', () => {
  it('let a gateway write to its topic and do nothing else', () => {
    expect(rightsOf('gateway-1')).toEqual(['Topic:telemetry.gateway.v1:Write']);
    expect(rightsOf('gateway-2')).toEqual(rightsOf('gateway-1'));
  });

  it('let the scraper write to its topic and do nothing else', () => {
    expect(rightsOf('scraper')).toEqual(['Topic:telemetry.orchestrator_scrape.v1:Write']);
  });

  it('let connectors read what they sink, agree over their control topic and write their dead letters', () => {
    expect(rightsOf('connect-critical')).toEqual([
      'Group:connect-raw-gateway-coord:Read',
      'Group:connect-raw-gateway:Delete',
      'Group:connect-raw-gateway:Read',
      'Group:raw-gateway-control-*:Read',
      'Topic:control.raw:Read',
      'Topic:control.raw:Write',
      'Topic:dlq.raw:Write',
      'Topic:telemetry.gateway.v1:Read',
      'TransactionalID:raw-gateway-*:Describe',
      'TransactionalID:raw-gateway-*:Write',
    ]);
  });

  it('let a worker keep its own state, and not touch what its connectors may', () => {
    expect(rightsOf('worker-a')).toEqual([
      'Group:group-a:Read',
      'Topic:_a-*:Create',
      'Topic:_a-*:DescribeConfigs',
      'Topic:_a-*:Read',
      'Topic:_a-*:Write',
    ]);
  });

  it('let ksqlDB read the sources, make the topics that its SQL names, and write those of others that it inserts into', () => {
    const topics = rightsOf('ksqldb').filter((right) => /^Topic:(telemetry|silver|gold)/.test(right));
    const made = (topic: string): string[] =>
      ['Create', 'DescribeConfigs', 'Read', 'Write'].map((operation) => `Topic:${topic}:${operation}`);
    expect(topics).toEqual([
      ...made('gold.total.v1'),
      ...made('silver.clean.v1'),
      'Topic:telemetry.gateway.v1:DescribeConfigs',
      'Topic:telemetry.gateway.v1:Read',
      'Topic:telemetry.gpu_metrics.v1:DescribeConfigs',
      'Topic:telemetry.gpu_metrics.v1:Read',
      'Topic:telemetry.gpu_metrics.v1:Write',
    ]);
  });

  it('let the query user read gold and nothing below it', () => {
    expect(rightsOf('query')).toEqual(['Group:query-*:Read', 'Topic:gold.total.v1:Read']);
  });

  it('let who looks for drift see names, settings and sizes, and read or change nothing', () => {
    const rights = rightsOf('drift');
    expect(rights.filter((right) => !/:(Describe|DescribeConfigs)$/.test(right))).toEqual([]);
    expect(rights.filter((right) => /^Cluster/.test(right))).toEqual([
      'Cluster:kafka-cluster:Describe',
      'Cluster:kafka-cluster:DescribeConfigs',
    ]);
    // What is owned by its prefix, so that it is seen when nobody declares it.
    expect(rights).toEqual(expect.arrayContaining(['Topic:gold.*:Describe', 'Topic:gold.*:DescribeConfigs']));
    expect(rights.filter((right) => /Topic:silver/.test(right))).toEqual([
      'Topic:silver.*:Describe',
      'Topic:silver.*:DescribeConfigs',
    ]);
  });

  it('let it see what is declared under a name that is not owned, and everything where everything is owned', () => {
    const seen = (topics: string[]): string[] => {
      const environment = { ...sources.environment, owned: { ...sources.environment.owned, topics } };
      return deriveAcls(principalNeeds({ ...sources, environment }))
        .filter(({ principal, operation }) => principal === 'drift' && operation === 'DescribeConfigs')
        .map((entry) => aclKey(entry).slice('drift:'.length));
    };
    expect(seen(['telemetry.', 'dlq.', 'silver.'])).toEqual([
      'Cluster:kafka-cluster:DescribeConfigs',
      'Topic:control.raw:DescribeConfigs',
      'Topic:dlq.*:DescribeConfigs',
      'Topic:gold.total.v1:DescribeConfigs',
      'Topic:silver.*:DescribeConfigs',
      'Topic:telemetry.*:DescribeConfigs',
    ]);
    expect(seen([''])).toEqual(['Cluster:kafka-cluster:DescribeConfigs', 'Topic:*:DescribeConfigs']);
  });

  it('give everybody but the gateways SCRAM credentials', () => {
    expect(scramPrincipals(sources)).toEqual([
      'connect-critical',
      'drift',
      'ksqldb',
      'query',
      'scraper',
      'worker-a',
      'worker-b',
    ]);
  });

  it('are the same for both users of an identity, so that one can take over from the other', () => {
    for (const principal of scramPrincipals(sources)) {
      const [first, second] = usersOf(principal);
      expect(rightsOf(second)).toEqual(rightsOf(first));
      expect(scramUsers(sources)).toEqual(expect.arrayContaining([first, second]));
    }
  });

  it('are asked for with the current user, which is data', () => {
    const environment = { ...sources.environment, identities: { 'connect-critical': 'b' } } as const;
    const config = connectorConfig(
      { ...sources.connectors[0]!, tables: [{ name: 'a.b', path: 'raw/a/b', topics: [] }] },
      environment,
    );
    expect(config['consumer.override.sasl.jaas.config']).toContain('username="connect-critical-b"');
    expect(config['consumer.override.sasl.jaas.config']).toContain(':kafka-connect-critical-b}');
    expect(currentUser(environment, 'scraper')).toBe('scraper');
  });

  it('refuse a line that names nobody', () => {
    const environment = { ...sources.environment, identities: { scrapper: 'b' } } as const;
    expect(() => scramUsers({ ...sources, environment })).toThrow(
      'naap:identities names "scrapper"; the identities with two users are connect-critical, drift, ksqldb, query, scraper, worker-a, worker-b',
    );
  });
});
