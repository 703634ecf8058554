import type { z } from 'zod';
import type { DeclaredResource } from './declared';

/** The inputs of a resource, checked against its kind's form. Throws with the resource and every problem. */
export function parseInputs<T>(resource: DeclaredResource, schema: z.ZodType<T>): T {
  const result = schema.safeParse(resource.inputs);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || '(inputs)'}: ${message}`,
  );
  throw new Error(`${resource.type} "${resource.name}": ${problems.join('; ')}`);
}
