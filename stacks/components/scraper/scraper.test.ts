import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as kubernetes from '@pulumi/kubernetes';
import { parse } from 'yaml';
import { runUnderMocks } from '../../../lab/realise/under-mocks';
import type { DeclaredResource } from '../../../resources/declared';
import { loadConfig } from '../../../scraper/src/config/config';
import { readEnvironment } from '../../environment';
import type { Environment } from '../../environment-schema';
import { scraperSchema } from '../../scraper-schema';
import { ScraperDeployment } from './index';

const ROOT = path.resolve(__dirname, '../../..');
const URL = 'http://localhost:8081';
const VARIABLES = {
  NAAP_SECRETS_DIR: '/secrets',
  NAAP_KAFKA_BOOTSTRAP: 'localhost:9092',
  NAAP_PLAIN_USERS_FILE: '/secrets/plain-users',
  NAAP_KSQLDB_URL: URL,
  NAAP_REGISTRY_URL: URL,
  NAAP_REGISTRY_NATIVE_URL: URL,
  NAAP_CONNECT_CRITICAL_URL: URL,
  NAAP_CONNECT_CURATED_URL: URL,
  NAAP_LAKE_ENDPOINT: URL,
  NAAP_LAKE_REGION: 'region',
  NAAP_LAKE_CATALOG_URI: 'jdbc:sqlite:/catalogs/{connector}.db',
};

function environmentOf(name: string): Environment {
  const file = `Pulumi.${name}.yaml`;
  const { config } = parse(readFileSync(path.join(ROOT, file), 'utf8')) as {
    config: Record<string, unknown>;
  };
  return readEnvironment({ name, file, values: config, variables: VARIABLES });
}

const DEFAULTS = { image: 'registry/scraper:1.0.0', namespace: 'naap', replicas: 1, passwordSecret: 'naap-scraper', sources: [{ type: 'file', path: '/etc/naap/targets/targets.yaml' }] }; // prettier-ignore

/** What a real environment declares, or would with these settings instead. */
function declare(stack: string, more?: object): Promise<readonly DeclaredResource[]> {
  const environment = environmentOf(stack);
  const scraper = scraperSchema.parse({ ...(environment.scraper ?? DEFAULTS), ...more });
  return runUnderMocks(stack, () => {
    const provider = new kubernetes.Provider('kubernetes', { context: 'c' });
    new ScraperDeployment('scraper', { environment, scraper, provider });
  });
}

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call */
const find = (resources: readonly DeclaredResource[], type: string): any =>
  resources.find((it) => it.type === `kubernetes:${type}`)?.inputs;
const typesOf = (resources: readonly DeclaredResource[]): string[] =>
  resources.map(({ type }) => type).filter((type) => type.startsWith('kubernetes:')).sort(); // prettier-ignore

const SHARED = ['kubernetes:core/v1:ConfigMap', 'kubernetes:core/v1:PersistentVolumeClaim', 'kubernetes:networking.k8s.io/v1:NetworkPolicy']; // prettier-ignore

describe.each(['dev', 'staging', 'prod'])('the scraper in %s', (stack) => {
  test('is a Deployment with a volume, a network policy and a disruption budget', async () => {
    const resources = await declare(stack);
    expect(typesOf(resources)).toEqual([...SHARED, 'kubernetes:apps/v1:Deployment', 'kubernetes:policy/v1:PodDisruptionBudget'].sort()); // prettier-ignore
    expect(find(resources, 'apps/v1:Deployment').spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
    });
    const { spec } = find(resources, 'policy/v1:PodDisruptionBudget');
    expect(spec).toMatchObject({
      maxUnavailable: 1,
      selector: find(resources, 'apps/v1:Deployment').spec.selector,
    });
  });

  test('by configuration is a CronJob of one-shot runs that do not overlap', async () => {
    const resources = await declare(stack, { run: { as: 'cronjob', schedule: '*/5 * * * *' } });
    expect(typesOf(resources)).toEqual([...SHARED, 'kubernetes:batch/v1:CronJob'].sort());
    const { spec } = find(resources, 'batch/v1:CronJob');
    expect(spec).toMatchObject({ schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid' });
    const pod = spec.jobTemplate.spec.template.spec;
    expect(pod.restartPolicy).toBe('Never');
    expect(pod.containers[0].args).toContain('--once');
    expect(pod.containers[0].livenessProbe).toBeUndefined();
    expect(pod.volumes.at(-1).persistentVolumeClaim.claimName).toBe('scraper-buffer');
  });

  test('runs without rights: not root, read-only root, no capabilities, no token; only the buffer can be written', async () => {
    const { template } = find(await declare(stack), 'apps/v1:Deployment').spec;
    const { spec } = template;
    const [container] = spec.containers;
    expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } } }); // prettier-ignore
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }); // prettier-ignore
    const writable = container.volumeMounts
      .filter((it: any) => it.readOnly !== true)
      .map((it: any) => it.mountPath);
    expect(writable).toEqual(['/var/lib/naap-scraper']);
  });

  test('is probed, bounded, and given the time that it takes to send what it holds', async () => {
    const resources = await declare(stack);
    const { spec } = find(resources, 'apps/v1:Deployment').spec.template;
    const [container] = spec.containers;
    for (const [probe, at] of [['startupProbe', '/healthz'], ['livenessProbe', '/healthz'], ['readinessProbe', '/readyz']])
      expect(container[probe!].httpGet).toEqual({ path: at, port: 'status' }); // prettier-ignore
    expect(container.resources).toEqual({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } }); // prettier-ignore
    const { stop_ms } = parse(find(resources, 'core/v1:ConfigMap').data['scraper.yaml']) as {
      stop_ms: number;
    };
    expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(stop_ms);
  });

  test('is configured as the scraper itself checks it; passwords are references to a secret', async () => {
    const resources = await declare(stack);
    const text: string = find(resources, 'core/v1:ConfigMap').data['scraper.yaml'];
    const folder = mkdtempSync(path.join(tmpdir(), 'scraper-config-'));
    const file = path.join(folder, 'scraper.yaml');
    writeFileSync(file, text);
    const config = loadConfig(file);
    rmSync(folder, { recursive: true });
    expect(config.kafka.password_file).toBe('/run/secrets/naap/password');
    expect(config.buffer.max_bytes).toBeLessThan(2 ** 30);
    const { volumes } = find(resources, 'apps/v1:Deployment').spec.template.spec;
    expect(volumes.find((it: any) => it.name === 'secrets').secret).toEqual({ secretName: 'naap-scraper', defaultMode: 0o440 }); // prettier-ignore
    expect(JSON.stringify(resources)).not.toMatch(/"password":/);
  });

  test('reaches names, brokers, registry and what it may poll, and is reached by the monitoring alone', async () => {
    const resources = await declare(stack, {
      allowedCidrs: ['10.0.0.0/8'],
      monitoringNamespace: 'monitoring',
    });
    const { spec } = find(resources, 'networking.k8s.io/v1:NetworkPolicy');
    const ports = spec.egress.flatMap((rule: any) => (rule.ports ?? []).map(({ port }: any) => port));
    const { kafka } = environmentOf(stack);
    expect(ports).toEqual(
      expect.arrayContaining([53, ...kafka.bootstrap.map((it) => Number(it.split(':')[1]))]),
    );
    expect(spec.egress.at(-1).to).toEqual([{ ipBlock: { cidr: '10.0.0.0/8' } }]);
    expect(spec.ingress).toEqual([
      { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9100, protocol: 'TCP' }] },
    ]); // prettier-ignore
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  });
});

describe('the scraper', () => {
  test('reaches public addresses, not the cloud’s own, where targets are discovered', async () => {
    const sources = [{ type: 'capabilities', url: 'http://gateway:5935/getNetworkCapabilities' }];
    const { spec } = find(
      await declare('prod', { sources, allowedCidrs: [] }),
      'networking.k8s.io/v1:NetworkPolicy',
    );
    const blocks = spec.egress.at(-1).to.map(({ ipBlock }: any) => ipBlock);
    expect(blocks.map(({ cidr }: any) => cidr)).toEqual(['0.0.0.0/0', '2000::/3']);
    expect(blocks[0].except).toEqual(expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '127.0.0.0/8']));
    expect(spec.ingress).toEqual([]);
  });

  test('takes a changed configuration by a new pod', async () => {
    const hash = async (more: object): Promise<string> =>
      find(await declare('prod', more), 'apps/v1:Deployment').spec.template.metadata.annotations[
        'naap/config'
      ];
    expect(await hash({})).toBe(await hash({}));
    expect(await hash({ allowedCidrs: ['10.9.0.0/16'] })).not.toBe(await hash({}));
  });

  test.each([
    [{ run: { as: 'cronjob', schedule: 'hourly' } }, 'five fields of cron'],
    [{ run: { as: 'job' } }, 'as'],
    [{ buffer: { size: '1 GB' } }, 'a quantity of Kubernetes'],
  ])('refuses %j', (more, message) => {
    expect(() => scraperSchema.parse({ ...DEFAULTS, ...more })).toThrow(message);
  });
});
