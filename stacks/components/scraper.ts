import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { stringify } from 'yaml';
import type { Environment } from '../environment-schema';
import { currentUser } from '../identities';
import { PRINCIPAL, TELEMETRY_TOPIC } from '../names';

const CONFIG_MOUNT = '/etc/naap';
const SECRET_MOUNT = '/run/secrets/naap';
const STATUS_PORT = 9100;
const LABELS = { 'app.kubernetes.io/name': 'scraper', 'app.kubernetes.io/part-of': 'naap' };
/** The image's user `node`. */
const USER_ID = 1000;

type Scraper = NonNullable<Environment['scraper']>;

export interface ScraperDeploymentArgs {
  readonly environment: Environment;
  readonly scraper: Scraper;
  readonly provider: kubernetes.Provider;
}

/** The scraper in Kubernetes: one pod without rights, its configuration as a file, its password from a secret. */
export class ScraperDeployment extends pulumi.ComponentResource {
  constructor(
    name: string,
    private readonly args: ScraperDeploymentArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:ScraperDeployment', name, {}, options);
    const config = this.configMap();
    this.deployment(config);
    this.registerOutputs({});
  }

  private configMap(): kubernetes.core.v1.ConfigMap {
    const data = { 'scraper.yaml': stringify(scraperConfig(this.args)) };
    return new kubernetes.core.v1.ConfigMap(
      'scraper',
      { metadata: this.metadata('scraper'), data },
      this.child(),
    );
  }

  private deployment(config: kubernetes.core.v1.ConfigMap): void {
    const { scraper } = this.args;
    const spec = {
      replicas: scraper.replicas,
      // Two at once would poll everything twice.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: this.pod(config) },
    };
    new kubernetes.apps.v1.Deployment('scraper', { metadata: this.metadata('scraper'), spec }, this.child());
  }

  private pod(config: kubernetes.core.v1.ConfigMap): kubernetes.types.input.core.v1.PodSpec {
    const { scraper } = this.args;
    return {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: USER_ID, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [container(scraper.image)],
      volumes: [
        { name: 'config', configMap: { name: config.metadata.name } },
        { name: 'targets', configMap: { name: 'scraper-targets', optional: true } },
        { name: 'password', secret: { secretName: scraper.passwordSecret, defaultMode: 0o400 } },
      ],
    };
  }

  private metadata(name: string): kubernetes.types.input.meta.v1.ObjectMeta {
    return { name, namespace: this.args.scraper.namespace, labels: LABELS };
  }

  private child(): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.args.provider };
  }
}

function container(image: string): kubernetes.types.input.core.v1.Container {
  const probe = { httpGet: { path: '/healthz', port: STATUS_PORT }, periodSeconds: 10 };
  return {
    name: 'scraper',
    image,
    args: ['--config', `${CONFIG_MOUNT}/scraper.yaml`],
    ports: [{ name: 'status', containerPort: STATUS_PORT }],
    livenessProbe: probe,
    readinessProbe: probe,
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_MOUNT, readOnly: true },
      { name: 'targets', mountPath: `${CONFIG_MOUNT}/targets`, readOnly: true },
      { name: 'password', mountPath: SECRET_MOUNT, readOnly: true },
    ],
  };
}

/** `scraper.yaml` as `scraper/README.md` describes it. */
function scraperConfig({ environment, scraper }: ScraperDeploymentArgs): Record<string, unknown> {
  return {
    kafka: {
      brokers: environment.kafka.bootstrap,
      username: currentUser(environment, PRINCIPAL.scraper),
      password_file: `${SECRET_MOUNT}/password`,
      ...(environment.kafka.tls ? { ca_file: `${SECRET_MOUNT}/ca.pem` } : {}),
      topic: TELEMETRY_TOPIC.scrape,
    },
    registry: { url: environment.registry.url },
    listen: { host: '0.0.0.0', port: STATUS_PORT },
    allowed_cidrs: scraper.allowedCidrs,
    sources: scraper.sources,
  };
}
