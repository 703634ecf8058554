import { baseName, loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile, SqlObject } from '../../resources/query/sql-files';
import { roleOf } from '../../resources/query/versions';
import type { Versions } from '../../resources/query/versions';
import { candidates } from './steps';

/** SQL files that change together: the one that was edited and all that read it, each after those that it reads. */
export interface Chain {
  readonly names: readonly string[];
  /** What keeps a file from coming along, and what to do about it. */
  readonly obstacles: readonly string[];
}

export interface ChainInput {
  readonly files: readonly SqlFile[];
  readonly context: SqlContext;
}

/** The chain that starts at the SQL file `name`. Throws for a file that has no versions. */
export function chainOf(name: string, { files, context }: ChainInput): Chain {
  const { versions } = context;
  if (!versions[name])
    throw new Error(
      `ksql/versions.yaml does not list "${name}": an object without a version is changed in place, or listed first`,
    );
  const objects = loadSqlFiles(files, context);
  const names = downstream(name, objects, versions);
  const unversioned = names.filter((one) => !versions[one]);
  if (unversioned.length > 0) return { names, obstacles: unversioned.map(unversionedText(name)) };
  const next = loadSqlFiles(files, { ...context, versions: candidates(versions, names) });
  return { names, obstacles: pinned(names, next, candidates(versions, names)) };
}

function unversionedText(origin: string): (name: string) => string {
  return (name) =>
    `${name} reads what comes from ${origin} and has no version of its own: list it in ksql/versions.yaml, and name what it reads by variable`;
}

/** Names of the files whose objects read those of `name`, directly or through others, in the order of creation. */
export function downstream(name: string, objects: readonly SqlObject[], versions: Versions): string[] {
  const fileOf = new Map(objects.map((object) => [object.name, baseName(object.file)]));
  const reached = new Set([name]);
  const isRunning = ({ file, version }: SqlObject): boolean => {
    const own = versions[baseName(file)];
    return own === undefined || version === undefined || roleOf(own, version) === 'running';
  };
  // Objects come after those that they read, so that one pass is enough.
  for (const object of objects.filter(isRunning)) {
    if (object.dependsOn.some((needed) => reached.has(fileOf.get(needed) ?? '')))
      reached.add(baseName(object.file));
  }
  return [...new Set(objects.map(({ file }) => baseName(file)))].filter((one) => reached.has(one));
}

/** Candidates that still read the running version of another: their text names it. */
function pinned(names: readonly string[], objects: readonly SqlObject[], versions: Versions): string[] {
  const byName = new Map(objects.map((object) => [object.name, object]));
  const isCandidate = ({ file, version }: SqlObject): boolean =>
    version !== undefined && versions[baseName(file)]?.candidate === version;
  return objects
    .filter((object) => names.includes(baseName(object.file)) && isCandidate(object))
    .flatMap((object) =>
      object.dependsOn
        .map((needed) => byName.get(needed)!)
        .filter((needed) => names.includes(baseName(needed.file)) && !isCandidate(needed))
        .map(
          (needed) =>
            `${object.file} names ${needed.name.toLowerCase()}: write \${${baseName(needed.file)}}, so that each version reads its own`,
        ),
    );
}
