import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

/** Limits of one user or client id, by Kafka's name of the limit. */
export interface Quota {
  readonly entityType: 'user' | 'client-id';
  /** Absent: the default of all entities of this type. */
  readonly entityName?: string;
  readonly config: Readonly<Record<string, number>>;
}
export type LiveQuota = Readonly<Record<string, number>>;

export const QUOTA_KEYS = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage'] as const;

const limit = z.coerce.number().positive();
const inputs = z.object({
  entityType: z.enum(['user', 'client-id']),
  entityName: z.string().optional(),
  config: z.partialRecord(z.enum(QUOTA_KEYS), limit),
});

export function parseQuota(resource: DeclaredResource): Quota {
  const { config, ...entity } = parseInputs(resource, inputs);
  return { ...entity, config: config };
}

export function quotaKey({ entityType, entityName }: Pick<Quota, 'entityType' | 'entityName'>): string {
  return `${entityType} ${entityName ?? '(default)'}`;
}
