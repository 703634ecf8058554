import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError, readEnvironment } from './environment';
import type { Environment } from './environment';

const FOLDER = path.join(__dirname, 'testdata');

function read(file: string): Environment {
  const { config } = parse(readFileSync(path.join(FOLDER, file), 'utf8')) as {
    config: Record<string, unknown>;
  };
  return readEnvironment({ name: 'test', file, values: config, variables: {} });
}

/** Every `*.bad.yaml` and the whole message for it. */
const PROBLEMS: Readonly<Record<string, readonly string[]>> = {
  'unknown-key': ['naap:topics.segmentBytes: unknown key'],
  'unknown-section': [
    'naap:kubernetis: unknown key',
    'naap:kubernetes: expected a context, as "scraper" is deployed to Kubernetes',
    'naap:kubernetes: expected a context, as "kafka.plainUsers" is a Kubernetes secret',
  ],
  'missing-section': ['naap:quotas: invalid input: expected object, received undefined'],
  'literal-secret': [
    'naap:kafka.admin.password: expected a reference, "env:NAME" or "file:/path": a secret is never written into the configuration',
  ],
  'min-isr-above-replication': [
    'naap:topics.minInsyncReplicas: 4 is more than the replication factor 3: nothing could be written',
  ],
  'min-isr-equals-replication': [
    'naap:topics.minInsyncReplicas: 3 equals the replication factor: the loss of one broker would stop all writes',
  ],
  'bad-duration': [
    'naap:topics.retention.telemetry: expected a duration such as "7d", "12h", "30m", "5s" or "infinite", found "1 week"',
  ],
  'endless-retention': ['naap:rollups.retention.bronze: expected a duration above 0 that ends'],
  'window-name': ['naap:rollups.windows.1m.size: 120000 ms is not what the name "1m" says'],
  'window-retention': [
    'naap:rollups.windows.1m.retention: 600000 ms is less than size plus grace, 660000 ms',
  ],
  'no-partitions': ['naap:topics.partitions.telemetry: too small: expected number to be >=1'],
  bootstrap: ['naap:kafka.bootstrap[1]: expected "host:port"'],
  url: ['naap:ksqldb.url: expected an http:// or https:// URL'],
  'gateway-twice': ['naap:gateways[1].name: gateway "gateway-1" is named twice'],
  'gateway-name': ['naap:gateways[1].name: expected a name of a-z, 0-9 and "-"'],
  'two-scrapers': ['naap:scraper.replicas: expected 1: two scrapers would poll everything twice'],
  'scraper-without-cluster': [
    'naap:kubernetes: expected a context, as "scraper" is deployed to Kubernetes',
    'naap:kubernetes: expected a context, as "kafka.plainUsers" is a Kubernetes secret',
  ],
  'image-without-tag': ['naap:scraper.image: expected an image with a tag or a digest'],
  'unset-variable': [
    'naap:secretsDirectory: the environment variable NAAP_NOT_SET is not set ("./naap env" prints the lab\'s)',
  ],
  'relative-path': ['naap:connect.secretsDirectory: expected an absolute path'],
  'several-problems': [
    'naap:kafka.tls: invalid input: expected boolean, received string',
    'naap:topics.replicationFactor: too small: expected number to be >=1',
    'naap:lake.bucket: expected a bucket name: 3 to 63 of a-z, 0-9, "." and "-"',
    'naap:quotas.extra: unknown key',
  ],
};

describe('the configuration of an environment', () => {
  it('is read with durations in milliseconds and hosts as a list', () => {
    const environment = read('good.yaml');
    expect(environment.topics.retention.telemetry).toBe(7 * 24 * 3_600_000);
    expect(environment.kafka.bootstrap).toEqual(['kafka-1:9094', 'kafka-2:9094']);
    expect(environment.kafka.admin.password).toBe('env:KAFKA_PASSWORD');
    expect(environment.scraper?.allowedCidrs).toEqual([]);
  });

  it('cannot be changed once it is read', () => {
    expect(Object.isFrozen(read('good.yaml').topics.partitions)).toBe(true);
  });

  it('is the same when Pulumi hands objects over as JSON text', () => {
    const { config } = parse(readFileSync(path.join(FOLDER, 'good.yaml'), 'utf8')) as {
      config: Record<string, unknown>;
    };
    const texts = Object.entries(config).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const values = Object.fromEntries(texts) as Record<string, unknown>;
    expect(readEnvironment({ name: 'test', file: 'x', values, variables: {} })).toEqual(read('good.yaml'));
  });

  it('has a message for every bad file', () => {
    const files = readdirSync(FOLDER).flatMap((file) => /^(.*)\.bad\.yaml$/.exec(file)?.[1] ?? []);
    expect(files.sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  test.each(Object.entries(PROBLEMS))('is refused: %s', (name, expected) => {
    const file = `${name}.bad.yaml`;
    let error: unknown;
    try {
      read(file);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message.split('\n')).toEqual(expected.map((problem) => `${file}: ${problem}`));
  });
});
