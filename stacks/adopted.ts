import { z } from 'zod';
import { COMPATIBILITIES } from '../resources/subject/subject';
import { literal, prefixed } from './acls';
import type { NamePattern, PrincipalNeeds } from './acls';

const KAFKA_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const kafkaName = z.string().regex(KAFKA_NAME, 'expected a name of letters, digits, ".", "_" and "-"');
/** `telemetry.*` is every name that begins so. */
const pattern = z
  .string()
  .regex(/^[a-zA-Z0-9._-]+\*?$/, 'expected a name, or the beginning of names and "*"')
  .transform((text): NamePattern => (text.endsWith('*') ? prefixed(text.slice(0, -1)) : literal(text)));
const patterns = z.array(pattern).optional();

const topic = z.strictObject({
  name: kafkaName,
  partitions: z.int().min(1),
  replicationFactor: z.int().min(1),
  config: z.record(z.string(), z.string()).default({}),
});

/** An identity by what it does; its rights follow from that, as those of every other identity. */
const identity = z.strictObject({
  name: z.string().min(1),
  /** Absent: its login is others' to keep. The password is the file `kafka-<name>` of the secrets folder. */
  login: z
    .strictObject({ mechanism: z.enum(['SCRAM-SHA-256', 'SCRAM-SHA-512']), iterations: z.int().min(4096) })
    .optional(),
  produces: patterns,
  consumes: patterns,
  owns: patterns,
  controls: patterns,
  describes: patterns,
  describesConfigsOf: patterns,
  groups: patterns,
  resetsGroups: patterns,
  controlsGroups: patterns,
  transactionalIds: patterns,
  cluster: z.array(z.enum(['Create', 'Describe', 'DescribeConfigs'])).optional(),
});

const limits = z.partialRecord(
  z.enum(['producer_byte_rate', 'consumer_byte_rate', 'request_percentage']),
  z.number().positive(),
);
const quota = z.strictObject({
  entityType: z.enum(['user', 'client-id']),
  /** Absent: the default of all of this type. */
  entityName: z.string().optional(),
  config: limits,
});

const reference = z.strictObject({ name: z.string(), subject: z.string(), version: z.int().min(1) });
const subject = z.strictObject({
  compatibility: z.enum(COMPATIBILITIES),
  references: z.array(reference).default([]),
});

const rule = z.strictObject({
  id: z.string(),
  filter: z.string().optional(),
  expiration: z
    .string()
    .regex(/^\d+d$/, 'expected days, e.g. "30d"')
    .optional(),
  noncurrentVersionExpirationDays: z.int().optional(),
});
const bucket = z.strictObject({
  name: z.string(),
  versioning: z.enum(['Enabled', 'Suspended']).optional(),
  lifecycle: z.array(rule).optional(),
});
const bucketUser = z.strictObject({
  name: z.string(),
  /** Documents by name. */
  policies: z.record(z.string(), z.looseObject({})).default({}),
});

/**
 * What was there before anybody declared it, as `./naap adopt` found it: it has no place of its own in the declaration yet.
 * Connectors, schemas and SQL that are adopted lie in their folders.
 */
export const adoptedSchema = z
  .strictObject({
    topics: z.array(topic).default([]),
    identities: z.array(identity).default([]),
    quotas: z.array(quota).default([]),
    /** By subject, what its file in `schemas/` does not say. */
    subjects: z.record(z.string(), subject).default({}),
    buckets: z.array(bucket).default([]),
    bucketUsers: z.array(bucketUser).default([]),
  })
  .prefault({});

export type Adopted = z.infer<typeof adoptedSchema>;
/** As it is written in `Pulumi.<stack>.yaml`. */
export type AdoptedText = NonNullable<z.input<typeof adoptedSchema>>;

/** What adopted identities do, as every other identity says it. */
export function adoptedNeeds({ identities }: Adopted): PrincipalNeeds[] {
  return identities.map(({ name, login: _login, ...needs }) => ({ principal: name, ...needs }));
}
