import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

export const COMPATIBILITIES = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
] as const;

/** A schema of another subject that a schema names. */
export interface SchemaReference {
  /** Full name of the type. */
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A subject of the registry as declared. */
export interface Subject {
  readonly subject: string;
  readonly schemaType: 'AVRO';
  /** Text of the schema. */
  readonly schema: string;
  readonly compatibility: (typeof COMPATIBILITIES)[number];
  /** Absent: the schema names no other. */
  readonly references?: readonly SchemaReference[];
}

export interface LiveSubject {
  readonly schema: string;
  readonly version: number;
  readonly id: number;
  /** The declared schema is one of its versions, the newest or an older one. */
  readonly hasDeclared?: boolean;
  readonly references?: readonly SchemaReference[];
  /** Absent: Avro. */
  readonly schemaType?: string;
  /** Absent: none of its own. */
  readonly compatibility?: string;
}

const inputs = z.object({
  subject: z.string(),
  schemaType: z.literal('AVRO'),
  schema: z.string(),
  compatibility: z.enum(COMPATIBILITIES),
  references: z.array(z.object({ name: z.string(), subject: z.string(), version: z.int() })).optional(),
});

export function parseSubject(resource: DeclaredResource): Subject {
  return parseInputs(resource, inputs);
}
