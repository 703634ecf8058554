import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PulumiCli, missingCli } from './pulumi-cli';

jest.setTimeout(600_000);

const reason = missingCli();
const suite = reason ? describe.skip : describe;
const NOWHERE = 'http://127.0.0.1:1';

/** The policy pack in Pulumi's own host, on a preview of the whole program: nothing is contacted. */
suite(`the policy pack${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const secrets = mkdtempSync(path.join(tmpdir(), 'naap-secrets-'));
  let pulumi: PulumiCli;

  beforeAll(async () => {
    for (const name of secretNames()) writeFileSync(path.join(secrets, name), `secret of ${name}`);
    pulumi = await PulumiCli.start({
      NAAP_SECRETS_DIR: secrets,
      NAAP_KAFKA_BOOTSTRAP: '127.0.0.1:1',
      NAAP_PLAIN_USERS_FILE: path.join(secrets, 'plain-users'),
      NAAP_KSQLDB_URL: NOWHERE,
      NAAP_REGISTRY_URL: NOWHERE,
      NAAP_REGISTRY_NATIVE_URL: NOWHERE,
      NAAP_CONNECT_CRITICAL_URL: NOWHERE,
      NAAP_CONNECT_CURATED_URL: NOWHERE,
      NAAP_LAKE_ENDPOINT: NOWHERE,
      NAAP_LAKE_REGION: 'us-east-1',
      NAAP_LAKE_CATALOG_URI: 'jdbc:sqlite:/nowhere/{connector}.db',
    });
  });
  afterAll(() => {
    pulumi?.close();
    rmSync(secrets, { recursive: true });
  });

  const preview = () => pulumi.run('preview', '--policy-pack', 'policy/pack', '--suppress-progress');

  it('finds nothing in the stack as it is', async () => {
    const { code, text } = await preview();
    expect(text).toMatch(/Resources:\n\s+\+ \d+ to create/);
    expect(text).not.toMatch(/\[(mandatory|advisory)\]/);
    expect(code).toBe(0);
  });

  it('stops what breaks a rule, with the rule and the reason', async () => {
    await pulumi.succeed('config', 'set', '--path', 'naap:topics.retention.telemetry', '800d');
    const { code, text } = await preview();
    expect(code).toBe(1);
    expect(text).toMatch(/\[mandatory\]\s+topic-retention/);
    expect(text).toContain('"telemetry.gateway.v1" keeps its records for 69120000000 ms');
  });
});

/** Files that the program reads; that more are there does no harm. */
function secretNames(): string[] {
  const kafka = [
    'admin',
    'connect-critical',
    'connect-curated',
    'connect-worker-critical',
    'connect-worker-curated',
    'ksqldb',
    'query',
    'scraper',
  ];
  const lake = ['connect-critical', 'connect-curated', 'query', 'replay', 'upkeep'];
  return [
    ...kafka.flatMap((user) => [`kafka-${user}`, `kafka-${user}-b`]),
    ...[1, 2, 3].map((number) => `plain-gateway-${number}`),
    ...lake.map((user) => `lake-${user}`),
    'minio-admin',
  ];
}
