import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { parseConnector } from '../../stacks/connector-definition';
import { readEnvironment } from '../../stacks/environment';
import { sinkDefinitions } from '../../stacks/sinks';
import { checkSinkVariants } from './sink-variants';

const { config } = parse(readFileSync(path.join(__dirname, '../../stacks/testdata/good.yaml'), 'utf8')) as {
  config: Record<string, unknown>;
};
const environment = readEnvironment({ name: 'test', file: 'good.yaml', values: config, variables: {} });
const connectors = [
  parseConnector(
    'connectors/raw-a.yaml',
    'description: d\ncluster: critical\nclass: org.apache.iceberg.connect.IcebergSinkConnector\ntopics: [telemetry.a.v1]\nsource: avro\nlake: { table: telemetry.a, path: raw/telemetry/a }\ndeadLetterTopic: dlq.a\ncontrolTopic: control.a\n',
  ),
];
const sinks = sinkDefinitions({ connectors, queries: [], versions: {}, rawTopics: [] });
const CONFLUENT = 'io.confluent.connect.s3.S3SinkConnector';

/** Workers with these plugins, which refuse what `refuse` says. */
const workers =
  (plugins: string[], refuse: (settings: Readonly<Record<string, string>>) => string[] = () => []) =>
  () => ({
    plugins: () => Promise.resolve(plugins),
    validate: (_name: string, settings: Readonly<Record<string, string>>) =>
      Promise.resolve(refuse(settings)),
  });

describe('the sinks that an environment has not chosen', () => {
  it('are named as not checked where the workers lack the plugin', async () => {
    expect(await checkSinkVariants(sinks, environment, workers(['x.Other']))).toEqual([
      `not checked: sink confluent-s3 on the critical cluster: its workers have no plugin ${CONFLUENT}`,
      expect.stringMatching(
        /^not checked: sink aiven-s3 on the critical cluster: .*AivenKafkaConnectS3SinkConnector$/,
      ),
    ]);
  });

  it('are validated where they have it, with the settings of that sink', async () => {
    const seen: unknown[] = [];
    const found = await checkSinkVariants(
      sinks,
      environment,
      workers([CONFLUENT], (settings) => {
        seen.push(settings['topics.dir']);
        return settings['parquet.codec'] === 'zstd' ? ['parquet.codec: no such codec'] : [];
      }),
    );
    expect(seen).toEqual(['raw/telemetry/a']);
    expect(found[0]).toBe(
      'sink confluent-s3 on the critical cluster would be refused: raw-a: the plugin refuses its configuration: parquet.codec: no such codec',
    );
  });
});
