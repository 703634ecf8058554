import { baseName, firstVersion, loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile, SqlObject } from '../../resources/query/sql-files';
import { roleOf } from '../../resources/query/versions';
import type { Versions } from '../../resources/query/versions';
import { chainObstacles } from './chain-obstacles';
import { candidates } from './steps';

/** SQL files that change together: the one that was edited and all that read it, each after those that it reads. */
export interface Chain {
  readonly names: readonly string[];
  /** What keeps a file from coming along, and what to do about it. */
  readonly obstacles: readonly string[];
  /** The versions, with an entry for each of `names`: a file that had none runs as its first. */
  readonly versions: Versions;
}

export interface ChainInput {
  readonly files: readonly SqlFile[];
  readonly context: SqlContext;
  /** Topics of the stack, which others write, too. */
  readonly rawTopics?: readonly string[];
}

/** The chain that starts at the SQL file `name`. Throws where there is no such file. */
export function chainOf(name: string, { files, context, rawTopics }: ChainInput): Chain {
  const known = files.map(({ path }) => baseName(path));
  if (!known.includes(name))
    throw new Error(`"${name}" is no file of ksql/; there are ${[...new Set(known)].sort().join(', ')}`);
  const objects = loadSqlFiles(files, context);
  const names = downstream(name, objects, context.versions);
  const versions = withFirstVersions(context.versions, names, objects);
  const next = candidates(versions, names);
  return { names, versions, obstacles: chainObstacles({ files, context, names, versions: next, rawTopics }) };
}

/** A file without versions gets an entry that says what runs already: its names stay as they are. */
function withFirstVersions(
  versions: Versions,
  names: readonly string[],
  objects: readonly SqlObject[],
): Versions {
  const first = names
    .filter((name) => !versions[name])
    .map((name) => {
      const hasWindows = objects.some(({ file, window }) => baseName(file) === name && window !== undefined);
      return [name, firstVersion(hasWindows)] as const;
    });
  return { ...versions, ...Object.fromEntries(first) };
}

/**
 * Names of the files whose objects read those of `name`, directly or through others, in the order of creation. What is inserted
 * somewhere takes its target along, and all else that is inserted there: two versions must not write into one.
 */
export function downstream(name: string, objects: readonly SqlObject[], versions: Versions): string[] {
  const running = objects.filter((object) => isRunning(object, versions));
  const fileOf = new Map(running.map((object) => [object.name, baseName(object.file)]));
  const reached = new Set([name]);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { file, dependsOn, statements } of running) {
      const own = baseName(file);
      if (dependsOn.some((needed) => reached.has(fileOf.get(needed) ?? ''))) reached.add(own);
      if (!reached.has(own)) continue;
      const targets = statements.flatMap(({ facts }) => fileOf.get(facts.insertsInto ?? '') ?? []);
      targets.forEach((target) => reached.add(target));
    }
  }
  return [...new Set(objects.map(({ file }) => baseName(file)))].filter((one) => reached.has(one));
}

function isRunning({ file, version }: SqlObject, versions: Versions): boolean {
  const own = versions[baseName(file)];
  return own === undefined || version === undefined || roleOf(own, version) === 'running';
}
