import { parse } from 'yaml';
import { z } from 'zod';

const version = z.int().min(1);
const entry = z.union([
  version.transform((running) => ({ running })),
  z.strictObject({ running: version, candidate: version.optional(), retiring: z.array(version).optional() }),
]);
const schema = z.record(z.string(), entry);

/** What runs of one SQL file: the version that readers use, the one beside it, those that will go. */
export interface ObjectVersions {
  readonly running: number;
  readonly candidate?: number;
  readonly retiring?: readonly number[];
}
export type Versions = Readonly<Record<string, ObjectVersions>>;

/**
 * Reads `ksql/versions.yaml`: by the name of the SQL file, a number or `{ running, candidate, retiring }`.
 * Throws with every problem and its path.
 */
export function parseVersions(text: string, file: string): Versions {
  const result = schema.safeParse(parse(text) ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${file}: ${path.join('.') || '(top)'}: ${message}`,
  );
  throw new Error(problems.join('\n'));
}

/** All versions of an object that are to run, oldest first. */
export function liveVersions(versions: ObjectVersions): readonly number[] {
  const all = [
    ...(versions.retiring ?? []),
    versions.running,
    ...(versions.candidate ? [versions.candidate] : []),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}
