import type { DeclaredResource } from './declared';
import { groupByKind } from './group-by-kind';
import { kubernetesKind } from './kubernetes/index';
import { anyKind } from './kind';

const resource = (type: string, inputs: DeclaredResource['inputs'] = {}): DeclaredResource => ({
  type,
  name: 'x',
  inputs,
  secrets: [],
  options: { protect: false, retainOnDelete: false, deleteBeforeReplace: false },
});

describe('resources by kind', () => {
  it('leaves providers out: nothing is made for them', () => {
    expect([
      ...groupByKind([resource('pulumi:providers:kafka')], [anyKind(kubernetesKind)]).values(),
    ]).toEqual([[]]);
  });

  it('names every type that no kind knows', () => {
    const unknown = [resource('aws:s3/bucket:Bucket'), resource('kubernetes:batch/v1:Job')];
    expect(() => groupByKind(unknown, [anyKind(kubernetesKind)])).toThrow(
      /"aws:s3\/bucket:Bucket".*\n.*"kubernetes:batch\/v1:Job"/,
    );
  });
});

describe('an object of Kubernetes', () => {
  const labels = { app: 'scraper' };
  const container = { name: 's', image: 'i:1', resources: { limits: { memory: '1Mi' } } };
  const deployment = (template: Record<string, string>) =>
    resource('kubernetes:apps/v1:Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'scraper', namespace: 'naap' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels: template }, spec: { containers: [container] } },
      },
    });

  it('is checked, and nothing is made for it', async () => {
    const [desired] = kubernetesKind.parse([deployment(labels)]);
    expect(kubernetesKind.key(desired!)).toBe('Deployment naap/scraper');
    expect(kubernetesKind.compare(desired!, undefined)).toEqual([]);
    await expect(kubernetesKind.read([desired!])).resolves.toEqual(new Map());
  });

  it('is refused when it would not select its own pods', () => {
    expect(() => kubernetesKind.parse([deployment({ app: 'other' })])).toThrow(/spec.selector.matchLabels/);
  });
});
