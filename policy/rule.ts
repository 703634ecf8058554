/** A value that JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A declared resource as a rule sees it: the same in a plan, in the lab and in Pulumi's policy host. */
export interface RuledResource {
  /** Pulumi's type token, e.g. `kafka:index/topic:Topic`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, Json | undefined>>;
  /** Absent options are not judged: not every host knows them. */
  readonly options?: {
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly deleteBeforeReplace?: boolean;
  };
}

/** What the rules demand of one environment. */
export interface PolicySettings {
  readonly minReplicationFactor: number;
  readonly minInsyncReplicas: number;
  /** Longest time that a topic may keep records, ms. */
  readonly maxRetentionMs: number;
  readonly minConnectWorkers: number;
  /** Whether a sink that tolerates errors needs an alert; a lab is watched by `./naap drift`. */
  readonly requireAlerts: boolean;
}

/** A rule about single resources: pure, so that `plan` and the policy pack judge alike. */
export interface Rule {
  readonly name: string;
  /** What must hold, in a sentence. */
  readonly description: string;
  /** Type tokens that it judges. */
  readonly types: readonly string[];
  /** What is wrong, each with what to do; empty: nothing. */
  readonly check: (resource: RuledResource, settings: PolicySettings) => readonly string[];
}

/** A rule about all resources of its types together. */
export interface StackRule extends Omit<Rule, 'check'> {
  readonly check: (resources: readonly RuledResource[], settings: PolicySettings) => readonly StackProblem[];
}

export interface StackProblem {
  readonly resource: RuledResource;
  readonly problem: string;
}

export interface Violation {
  readonly rule: string;
  readonly type: string;
  readonly name: string;
  readonly problem: string;
}

export const TYPE = {
  topic: 'kafka:index/topic:Topic',
  acl: 'kafka:index/acl:Acl',
  quota: 'kafka:index/quota:Quota',
  subject: 'naap:registry:Subject',
  connector: 'naap:connect:Connector',
  query: 'naap:ksqldb:Query',
  bucket: 'minio:index/s3Bucket:S3Bucket',
  serviceAccount: 'minio:index/iamServiceAccount:IamServiceAccount',
  configMap: 'kubernetes:core/v1:ConfigMap',
  deployment: 'kubernetes:apps/v1:Deployment',
  kafkaConnect: 'kubernetes:kafka.strimzi.io/v1beta2:KafkaConnect',
  prometheusRule: 'kubernetes:monitoring.coreos.com/v1:PrometheusRule',
} as const;

/** An input that is a map of texts; empty when it is absent. */
export function textMap(value: Json | undefined): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === undefined || item === null || typeof item === 'object' ? [] : [[key, String(item)]],
    ),
  );
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a query's statements. */
export function statementTexts({ inputs }: RuledResource): string[] {
  const { statements } = inputs;
  if (!Array.isArray(statements)) return [];
  return (statements as readonly Json[]).map((statement) =>
    textOf((statement as { text?: Json } | null)?.text),
  );
}

/** Literals of one property in the WITH clauses of a text: `'x'` without its quotes, numbers as they are. */
export function withProperties(text: string, property: string): string[] {
  const pattern = new RegExp(`\\b${property}\\s*=\\s*(?:'((?:[^']|'')*)'|(-?\\d+))`, 'gi');
  return [...text.matchAll(pattern)].map(([, quoted, number]) => quoted ?? number ?? '');
}
