import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

export const BUCKET_TYPES = {
  bucket: 'minio:index/s3Bucket:S3Bucket',
  versioning: 'minio:index/s3BucketVersioning:S3BucketVersioning',
  lifecycle: 'minio:index/ilmPolicy:IlmPolicy',
} as const;

/** A rule by which objects end. */
export interface LifecycleRule {
  readonly id: string;
  /** Prefix of the keys; empty: all. */
  readonly prefix: string;
  readonly expireDays?: number;
  readonly noncurrentExpireDays?: number;
}

/** A bucket with what several Pulumi resources say of it. */
export interface Bucket {
  readonly name: string;
  /** Absent: not declared, so not compared. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly lifecycle?: readonly LifecycleRule[];
}

export interface LiveBucket {
  /** Absent: never enabled. */
  readonly versioning?: string;
  readonly lifecycle: readonly LifecycleRule[];
  /** Policy of the bucket itself, which may open it to everybody; absent: private, as every bucket is declared. */
  readonly policy?: string;
}

const days = z
  .string()
  .regex(/^\d+d$/, 'expected days, e.g. "30d"')
  .transform((text) => Number(text.slice(0, -1)));
const bucketInputs = z.object({ bucket: z.string(), acl: z.literal('private') });
const versioningInputs = z.object({
  bucket: z.string(),
  versioningConfiguration: z.object({ status: z.enum(['Enabled', 'Suspended']) }),
});
const lifecycleInputs = z.object({
  bucket: z.string(),
  rules: z.array(
    z.object({
      id: z.string(),
      filter: z.string().default(''),
      expiration: days.optional(),
      noncurrentVersionExpirationDays: z.int().optional(),
    }),
  ),
});

/** Puts together what is said of each bucket. Throws for a setting of a bucket that is not declared. */
export function parseBuckets(resources: readonly DeclaredResource[]): Bucket[] {
  const buckets = new Map<string, Bucket>();
  const ofType = (type: string): DeclaredResource[] => resources.filter((resource) => resource.type === type);
  for (const resource of ofType(BUCKET_TYPES.bucket)) {
    const { bucket: name } = parseInputs(resource, bucketInputs);
    buckets.set(name, { name });
  }
  for (const resource of ofType(BUCKET_TYPES.versioning)) {
    const { bucket, versioningConfiguration } = parseInputs(resource, versioningInputs);
    extend(buckets, resource, bucket, { versioning: versioningConfiguration.status });
  }
  for (const resource of ofType(BUCKET_TYPES.lifecycle)) {
    const { bucket, rules } = parseInputs(resource, lifecycleInputs);
    extend(buckets, resource, bucket, { lifecycle: rules.map(toRule) });
  }
  return [...buckets.values()];
}

function extend(
  buckets: Map<string, Bucket>,
  resource: DeclaredResource,
  name: string,
  more: Partial<Bucket>,
): void {
  const bucket = buckets.get(name);
  if (!bucket) throw new Error(`${resource.type} "${resource.name}": bucket "${name}" is not declared`);
  buckets.set(name, { ...bucket, ...more });
}

function toRule(rule: z.infer<typeof lifecycleInputs>['rules'][number]): LifecycleRule {
  return {
    id: rule.id,
    prefix: rule.filter,
    expireDays: rule.expiration,
    noncurrentExpireDays: rule.noncurrentVersionExpirationDays,
  };
}
