import type * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { ScraperSettings } from '../../scraper-schema';
import { MOUNT, STATUS_PORT, STOP_SECONDS } from './config';

type PodTemplate = kubernetes.types.input.core.v1.PodTemplateSpec;
type Container = kubernetes.types.input.core.v1.Container;

/** The image's user `node`. */
const USER_ID = 1000;
const GRACE_SECONDS = STOP_SECONDS + 15;

export interface PodArgs {
  readonly scraper: ScraperSettings;
  readonly labels: Readonly<Record<string, string>>;
  readonly configMap: pulumi.Input<string>;
  /** Changes with the configuration, so that a changed one is taken by a new pod. */
  readonly configHash: string;
  readonly claim: pulumi.Input<string>;
}

/** One pod without rights: configuration and secrets to read, one volume to write. */
export function podTemplate(args: PodArgs): PodTemplate {
  const { scraper, labels } = args;
  const once = scraper.run.as === 'cronjob';
  return {
    metadata: {
      labels,
      annotations: {
        'naap/config': args.configHash,
        ...(once ? {} : { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(STATUS_PORT) }),
      },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: once ? 'Never' : 'Always',
      terminationGracePeriodSeconds: GRACE_SECONDS,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER_ID,
        runAsGroup: USER_ID,
        fsGroup: USER_ID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [container(scraper, once)],
      volumes: [
        { name: 'config', configMap: { name: args.configMap } },
        { name: 'targets', configMap: { name: 'scraper-targets', optional: true } },
        { name: 'secrets', secret: { secretName: scraper.passwordSecret, defaultMode: 0o440 } },
        { name: 'buffer', persistentVolumeClaim: { claimName: args.claim } },
      ],
    },
  };
}

function container({ image, resources }: ScraperSettings, once: boolean): Container {
  return {
    name: 'scraper',
    image,
    args: ['--config', `${MOUNT.config}/scraper.yaml`, ...(once ? ['--once'] : [])],
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: MOUNT.config, readOnly: true },
      { name: 'targets', mountPath: MOUNT.targets, readOnly: true },
      { name: 'secrets', mountPath: MOUNT.secrets, readOnly: true },
      { name: 'buffer', mountPath: MOUNT.buffer },
    ],
    ...(once ? {} : probes()),
  };
}

/** A broker that is away makes the scraper neither dead nor unready: it goes on polling. */
function probes(): Pick<Container, 'ports' | 'startupProbe' | 'livenessProbe' | 'readinessProbe'> {
  const get = (path: string) => ({ httpGet: { path, port: 'status' }, timeoutSeconds: 3 });
  return {
    ports: [{ name: 'status', containerPort: STATUS_PORT }],
    // The store counts what an earlier pod left before it answers.
    startupProbe: { ...get('/healthz'), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...get('/healthz'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...get('/readyz'), periodSeconds: 10 },
  };
}
