import { baseName, loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile, SqlObject } from '../../resources/query/sql-files';
import type { Versions } from '../../resources/query/versions';

export interface ChainedFiles {
  readonly files: readonly SqlFile[];
  readonly context: SqlContext;
  /** Files that change together. */
  readonly names: readonly string[];
  /** With a candidate for each of them. */
  readonly versions: Versions;
  /** Topics that others write, too. */
  readonly rawTopics?: readonly string[];
}

/** What keeps the next versions from standing beside the running ones, a sentence each: what a file names that must be a variable. */
export function chainObstacles({ files, context, names, versions, rawTopics = [] }: ChainedFiles): string[] {
  const spelt = files.filter(({ path }) => names.includes(baseName(path)) && !isKept(path)).flatMap(ownName);
  if (spelt.length > 0) return spelt;
  const objects = loadSqlFiles(files, { ...context, versions });
  const ofChain = (one: SqlObject): boolean => names.includes(baseName(one.file));
  const isCandidate = (one: SqlObject): boolean =>
    ofChain(one) && versions[baseName(one.file)]?.candidate === one.version;
  const byName = new Map(objects.map((object) => [object.name, object]));
  const found = objects
    .filter(isCandidate)
    .flatMap((candidate) => [
      ...sharedTopic(candidate, objects, byName).map((topic) =>
        obstacleOf(candidate, topic, byName, rawTopics),
      ),
      ...pinned(candidate, byName, (needed) => ofChain(needed) && !isCandidate(needed)),
    ]);
  return [...new Set(found)];
}

function isKept(path: string): boolean {
  return /\.v\d+\.sql$/.test(path);
}

/** `CREATE TABLE sla …` in place of `CREATE TABLE ${name} …`. An INSERT INTO makes nothing. */
function ownName({ path, text }: SqlFile): string[] {
  const name = baseName(path);
  const code = text.replace(/^\s*--.*$/gm, '');
  const spelt = new RegExp(
    `\\bCREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:SOURCE\\s+)?(?:STREAM|TABLE)\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?\`?${name}\\b`,
    'i',
  );
  return spelt.test(code) ? [`${path} makes ${name}: write \${name}, so that each version has its own`] : [];
}

/** Two versions that write one topic would mix their rows. */
function sharedTopic(
  candidate: SqlObject,
  objects: readonly SqlObject[],
  byName: ReadonlyMap<string, SqlObject>,
): string[] {
  return writtenTopics(candidate, byName).filter((topic) =>
    objects.some(
      (other) =>
        other.name !== candidate.name &&
        isSameFile(other, candidate) &&
        writtenTopics(other, byName).includes(topic),
    ),
  );
}

function obstacleOf(
  candidate: SqlObject,
  topic: string,
  byName: ReadonlyMap<string, SqlObject>,
  rawTopics: readonly string[],
): string {
  if (rawTopics.includes(topic))
    return `${candidate.file} inserts into ${topic}, which others write as well, so that no second version can stand beside it: end its query (TERMINATE), and the next apply starts it as it is written`;
  const place = fileOfTopic(candidate, byName);
  return `${place} writes topic ${topic} in every version: write ${numbered(topic, 'version')}`;
}

/** Of INSERT INTO: that of what it inserts into. */
function writtenTopics({ statements }: SqlObject, byName: ReadonlyMap<string, SqlObject>): string[] {
  return statements.flatMap(({ facts }) => {
    if (facts.writesTopic !== undefined) return [facts.writesTopic];
    const target = facts.insertsInto === undefined ? undefined : byName.get(facts.insertsInto);
    return target?.statements.flatMap((one) => one.facts.readsTopic ?? one.facts.writesTopic ?? []) ?? [];
  });
}

function fileOfTopic({ file, statements }: SqlObject, byName: ReadonlyMap<string, SqlObject>): string {
  const target = statements.flatMap(({ facts }) => facts.insertsInto ?? [])[0];
  return (target === undefined ? undefined : byName.get(target)?.file) ?? file;
}

function isSameFile(one: SqlObject, other: SqlObject): boolean {
  return baseName(one.file) === baseName(other.file);
}

/** A candidate that still reads, or writes into, the running version of another: its text names it, or its topic. */
function pinned(
  candidate: SqlObject,
  byName: ReadonlyMap<string, SqlObject>,
  isOld: (object: SqlObject) => boolean,
): string[] {
  return candidate.dependsOn
    .map((needed) => byName.get(needed)!)
    .filter(isOld)
    .map((needed) => {
      const other = baseName(needed.file);
      const read = candidate.statements.flatMap(({ facts }) => facts.readsTopic ?? []);
      const topic = needed.statements
        .flatMap(({ facts }) => facts.writesTopic ?? [])
        .find((one) => read.includes(one));
      if (topic !== undefined)
        return `${candidate.file} names topic ${topic}: write ${numbered(topic, `${other}_version`)}, so that each version reads its own`;
      return `${candidate.file} names ${needed.name.toLowerCase()}: write \${${other}}, so that each version reads its own`;
    });
}

/** `silver.session.v1` with a variable in place of its number. */
function numbered(topic: string, variable: string): string {
  return /\d+$/.test(topic) ? topic.replace(/\d+$/, `\${${variable}}`) : `${topic}.v\${${variable}}`;
}
