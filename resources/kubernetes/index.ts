import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';
import type { ResourceKind } from '../kind';
import { disruptionBudget, networkPolicy, volumeClaim } from './pod-surroundings';

/** An object of Kubernetes: checked here, made by `pulumi up` alone. The lab runs a process of its own in its place. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const labels = z.record(z.string(), z.string());
const metadata = z.object({ name: z.string().min(1), namespace: z.string().min(1) });
const head = { apiVersion: z.string(), kind: z.string(), metadata };
const configMap = z.object({ ...head, data: z.record(z.string(), z.string()) });
const secret = z.object({ ...head, stringData: z.record(z.string(), z.string()) });
const container = z.object({
  name: z.string().min(1),
  image: z.string().min(1),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
});
const deployment = z
  .object({
    ...head,
    spec: z.object({
      replicas: z.int().min(0),
      selector: z.object({ matchLabels: labels }),
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.object({ containers: z.array(container).min(1) }),
      }),
    }),
  })
  .refine(
    ({ spec }) =>
      Object.entries(spec.selector.matchLabels).every(
        ([key, value]) => spec.template.metadata.labels[key] === value,
      ),
    {
      path: ['spec', 'selector', 'matchLabels'],
      error: 'expected labels that the pod template carries',
    },
  );

const podSpec = z.object({ containers: z.array(container).min(1) });
const cronJob = z.object({
  ...head,
  spec: z.object({
    schedule: z.string().regex(/^(\S+ ){4}\S+$/, 'expected five fields of cron'),
    concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']),
    jobTemplate: z.object({ spec: z.object({ template: z.object({ spec: podSpec }) }) }),
  }),
});
/** Strimzi's. */
const kafkaConnect = z.object({
  ...head,
  spec: z.object({
    image: z.string().min(1),
    replicas: z.int().min(1),
    bootstrapServers: z.string().min(1),
    config: z.record(z.string(), z.unknown()),
  }),
});
const alertRule = z.object({ alert: z.string().min(1), expr: z.string().min(1), labels });
/** Of Prometheus' operator. */
const prometheusRule = z.object({
  ...head,
  spec: z.object({
    groups: z.array(z.object({ name: z.string().min(1), rules: z.array(alertRule).min(1) })).min(1),
  }),
});

const SCHEMAS = {
  'kubernetes:core/v1:ConfigMap': configMap,
  'kubernetes:core/v1:Secret': secret,
  'kubernetes:apps/v1:Deployment': deployment,
  'kubernetes:core/v1:PersistentVolumeClaim': volumeClaim,
  'kubernetes:networking.k8s.io/v1:NetworkPolicy': networkPolicy,
  'kubernetes:policy/v1:PodDisruptionBudget': disruptionBudget,
  'kubernetes:batch/v1:CronJob': cronJob,
  'kubernetes:kafka.strimzi.io/v1beta2:KafkaConnect': kafkaConnect,
  'kubernetes:monitoring.coreos.com/v1:PrometheusRule': prometheusRule,
} as const;

export const kubernetesKind: ResourceKind<KubernetesObject, KubernetesObject> = {
  name: 'kubernetes',
  types: Object.keys(SCHEMAS),
  parse: (resources) => resources.map(parseObject),
  key: ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
  // Nothing is made here, so nothing differs.
  read: () => Promise.resolve(new Map()),
  compare: () => [],
  apply: () => Promise.resolve(),
  describe: ({ desired }) => `${desired.kind} "${desired.namespace}/${desired.name}" is made by pulumi up`,
};

function parseObject(resource: DeclaredResource): KubernetesObject {
  const schema: z.ZodType<z.infer<(typeof SCHEMAS)[keyof typeof SCHEMAS]>> =
    SCHEMAS[resource.type as keyof typeof SCHEMAS];
  const { apiVersion, kind, metadata } = parseInputs(resource, schema);
  return { apiVersion, kind, ...metadata };
}
