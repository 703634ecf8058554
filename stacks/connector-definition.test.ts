import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { connectorConfig } from './connector-config';
import { forEnvironment, parseConnector } from './connector-definition';
import type { ConnectorDefinition } from './connector-definition';
import { readEnvironment } from './environment';
import { sinkDefinitions } from './sinks';
import type { SinkDefinition } from './sinks';

const BASE = `description: d
cluster: critical
class: org.apache.iceberg.connect.IcebergSinkConnector
topics: [telemetry.gateway.v1]
source: text
lake: { table: telemetry.gateway, path: raw/telemetry/gateway }
deadLetterTopic: dlq.raw.v1
controlTopic: control.raw.v1
`;
const { config } = parse(readFileSync(path.join(__dirname, 'testdata/good.yaml'), 'utf8')) as {
  config: Record<string, unknown>;
};
const environment = readEnvironment({ name: 'test', file: 'good.yaml', values: config, variables: {} });
const sinkOf = (connector: ConnectorDefinition): SinkDefinition =>
  sinkDefinitions({ connectors: [connector], queries: [], versions: {}, rawTopics: [] })[0]!;
const render = (more = ''): Record<string, string> =>
  connectorConfig(
    sinkOf(forEnvironment(parseConnector('connectors/raw.yaml', BASE + more), 'test')),
    environment,
  );

describe('a connector definition', () => {
  test.each<[string, string, string]>([
    ['an unknown key', `${BASE}taskz: 2\n`, 'connectors/raw.yaml: taskz: unknown key'],
    [
      'no dead-letter topic',
      BASE.replace('deadLetterTopic: dlq.raw.v1\n', ''),
      'connectors/raw.yaml: deadLetterTopic: ',
    ],
    [
      'a path outside the layout',
      BASE.replace('raw/telemetry/gateway', 'stuff/gateway'),
      'connectors/raw.yaml: lake.path: expected "raw/<domain>/<event_type>"',
    ],
    [
      'a secret that is written down',
      `${BASE}config: { some.password: hunter2 }\n`,
      'connectors/raw.yaml: config.some.password: expected a reference such as "${secret:NAME}": a secret is never written down',
    ],
    [
      'a time of rows where the environment says it',
      `${BASE}environments: { prod: { retention: { rows: 9d } } }\n`,
      'connectors/raw.yaml: retention: goes with "layers": raw tables have naap:lake.retention.raw',
    ],
  ])('is refused with %s', (_name, text, message) => {
    expect(() => parseConnector('connectors/raw.yaml', text)).toThrow(message);
  });

  describe('with the time of its rows', () => {
    const layers = (retention: string): ConnectorDefinition =>
      parseConnector(
        'connectors/curated.yaml',
        `${BASE.replace(/^(topics|lake):.*\n/gm, '').replace('source: text', 'source: avro')}layers: [gold]\nretention: ${retention}\n`,
      );

    it('says it in milliseconds, by object where one differs', () => {
      expect(layers('{ superseded: 2d, rows: 9d, objects: { x: { rows: forever } } }').retention).toEqual({
        superseded: 172_800_000,
        rows: 777_600_000,
        objects: { x: { rows: undefined } },
      });
    });

    test.each<[string, string, string]>([
      ['less than a day', '{ rows: 9h }', 'retention.rows: '],
      [
        'what was replaced stays longer than what counts',
        '{ superseded: 9d, rows: 2d }',
        'retention.superseded: expected no more than "rows"',
      ],
      [
        'the same of one object',
        '{ objects: { x: { superseded: 9d, rows: 2d } } }',
        'retention.objects.x.superseded: expected no more than "rows"',
      ],
    ])('is refused where %s', (_name, text, message) => {
      expect(() => layers(text)).toThrow(`connectors/curated.yaml: ${message}`);
    });
  });

  it('holds no secret when it is rendered, only references that the worker resolves', () => {
    const secrets = Object.entries(render()).filter(([key]) => /jaas|secret|password/.test(key));
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    for (const [, value] of secrets) expect(value).toMatch(/\$\{directory:\/opt\/secrets:[a-z-]+\}/);
  });

  it('acts as its own identity everywhere: records, dead letters, its control topic', () => {
    const jaas = Object.entries(render()).filter(([key]) => key.endsWith('sasl.jaas.config'));
    expect(jaas.map(([key]) => key).sort()).toEqual([
      'admin.override.sasl.jaas.config',
      'consumer.override.sasl.jaas.config',
      'iceberg.kafka.sasl.jaas.config',
      'producer.override.sasl.jaas.config',
    ]);
    for (const [, value] of jaas) expect(value).toContain('username="connect-critical"');
  });

  it('lands under its path, partitioned by day and hour of the record', () => {
    expect(render()).toMatchObject({
      'iceberg.tables.auto-create-props.write.data.path': 's3://lake/raw/telemetry/gateway',
      'iceberg.tables.default-partition-by': 'dt,hr',
      'iceberg.catalog.warehouse': 's3://lake/warehouse/raw',
      'errors.deadletterqueue.topic.name': 'dlq.raw.v1',
    });
  });

  it('takes what its environment changes, and its own settings last', () => {
    const more =
      'tasks: 2\nconfig: { a: 1, db.password: "${secret:db}" }\nenvironments: { test: { tasks: 5, config: { a: 2 } } }\n';
    expect(render(more)).toMatchObject({
      'tasks.max': '5',
      a: '2',
      'db.password': '${directory:/opt/secrets:db}',
    });
  });
});
