import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

const COMPATIBILITIES = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
] as const;

/** A subject of the registry as declared. */
export interface Subject {
  readonly subject: string;
  readonly schemaType: 'AVRO';
  /** Text of the schema. */
  readonly schema: string;
  readonly compatibility: (typeof COMPATIBILITIES)[number];
}

export interface LiveSubject {
  readonly schema: string;
  readonly version: number;
  readonly id: number;
  /** The declared schema is one of its versions, the newest or an older one. */
  readonly hasDeclared?: boolean;
  /** Absent: none of its own. */
  readonly compatibility?: string;
}

const inputs = z.object({
  subject: z.string(),
  schemaType: z.literal('AVRO'),
  schema: z.string(),
  compatibility: z.enum(COMPATIBILITIES),
});

export function parseSubject(resource: DeclaredResource): Subject {
  return parseInputs(resource, inputs);
}
