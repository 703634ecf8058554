import { parse } from 'yaml';
import { z } from 'zod';

const version = z.int().min(1);
const retiring = z.union([
  version.transform((own): RetiringVersion => ({ version: own })),
  z.strictObject({ version, until: z.iso.datetime().optional() }),
]);
const entry = z.union([
  version.transform((running): ObjectVersions => ({ running })),
  z.strictObject({
    running: version,
    candidate: version.optional(),
    retiring: z.array(retiring).optional(),
    plain: version.optional(),
  }),
]);
const schema = z.record(z.string(), entry);

/** A version that readers have left. */
export interface RetiringVersion {
  readonly version: number;
  /** When it goes, as ISO time; absent: when somebody retires it. */
  readonly until?: string;
}

/** What runs of one SQL file: the version that readers use, the one beside it, those that will go. */
export interface ObjectVersions {
  readonly running: number;
  readonly candidate?: number;
  readonly retiring?: readonly RetiringVersion[];
  /** The version whose names carry no number: it ran before the file had versions. It keeps its names, and is so known when it has gone. */
  readonly plain?: number;
}
export type Versions = Readonly<Record<string, ObjectVersions>>;

/**
 * Reads `ksql/versions.yaml`: by the name of the SQL file, a number or `{ running, candidate, retiring, plain }`.
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
export function liveVersions({ running, candidate, retiring: old = [] }: ObjectVersions): readonly number[] {
  const all = [...old.map((one) => one.version), running, ...(candidate ? [candidate] : [])];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** What the names of a version end with: `_v2`, or nothing where it is the plain one. */
export function versionEnding({ plain }: ObjectVersions, version: number): string {
  return version === plain ? '' : `_v${version}`;
}

/** What a version is to those around it. */
export type VersionRole = 'running' | 'candidate' | 'retiring';

export function roleOf(versions: ObjectVersions, own: number): VersionRole {
  if (own === versions.running) return 'running';
  return own === versions.candidate ? 'candidate' : 'retiring';
}

/**
 * The version that one in `role` reads: candidates read candidates, what retires goes on with what retires, so that objects
 * that change together stay together; where there is none of that role, the running one.
 */
export function versionFor(versions: ObjectVersions, role: VersionRole): number {
  if (role === 'candidate') return versions.candidate ?? versions.running;
  if (role === 'retiring') {
    const old = (versions.retiring ?? []).map((one) => one.version);
    return old.length > 0 ? Math.max(...old) : versions.running;
  }
  return versions.running;
}
