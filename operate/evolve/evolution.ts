import type { Access } from '../access/access';
import { baseName } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile, SqlObject } from '../../resources/query/sql-files';
import { loadSqlFiles } from '../../resources/query/sql-files';
import { sameMeaning } from '../../resources/query/compare';
import { pause } from '../../resources/retry';
import { roleOf } from '../../resources/query/versions';
import type { VersionRole, Versions } from '../../resources/query/versions';
import { compareReadings } from './parity';
import type { ParityReport, Reading } from './parity';
import { progressOf } from './progress';
import type { Progress } from './progress';

/** The objects of one environment, as its SQL files make them. */
export interface Objects {
  readonly all: readonly SqlObject[];
  readonly versions: Versions;
}

export function objectsOf(files: readonly SqlFile[], context: SqlContext): Objects {
  return { all: loadSqlFiles(files, context), versions: context.versions };
}

/** The objects of a file's versions in a role, each after those that it reads. */
export function inRole({ all, versions }: Objects, names: readonly string[], role: VersionRole): SqlObject[] {
  return all.filter(({ file, version }) => {
    const own = versions[baseName(file)];
    return (
      own !== undefined &&
      version !== undefined &&
      names.includes(baseName(file)) &&
      roleOf(own, version) === role
    );
  });
}

/** Running objects whose statement is not what runs: the kept text is not that of the running version. */
export async function notWhatRuns(access: Access, objects: readonly SqlObject[]): Promise<string[]> {
  const { sources } = await access.ksqldb().state();
  return objects
    .filter(({ name, statements }) => {
      const running = sources.get(name);
      return (
        running !== undefined &&
        !statements.some(({ text, facts }) => facts.makes === name && sameMeaning(text, running))
      );
    })
    .map(({ name }) => name);
}

/** How far the queries of objects are. */
export async function progressOfObjects(
  access: Access,
  { all }: Objects,
  objects: readonly SqlObject[],
  serviceId: string,
): Promise<Progress[]> {
  const withQuery = objects.filter(({ statements }) =>
    statements.some(({ facts }) => facts.writesTopic ?? facts.insertsInto),
  );
  const moving = withQuery.map((object) => ({ ...object, inputs: inputTopics(object, all) }));
  return progressOf(access.kafka(), await access.ksqldb().state(), moving, serviceId);
}

/** Topics that an object's queries read: those of the objects in FROM and JOIN. */
function inputTopics({ statements }: SqlObject, all: readonly SqlObject[]): string[] {
  const read = statements.flatMap(({ facts }) => facts.needs.filter((name) => name !== facts.insertsInto));
  return all
    .flatMap((object) => object.statements)
    .filter(({ facts }) => facts.makes !== undefined && read.includes(facts.makes))
    .flatMap(({ facts }) => facts.writesTopic ?? facts.readsTopic ?? []);
}

export interface ComparedPair {
  readonly old: string;
  readonly next: string;
  readonly report: ParityReport;
}

/** Readings lie this far apart: what stands still between them is compared. */
const BETWEEN_READINGS_MS = 2_000;

/** Compares what the tables of the running version and of the candidate answer. */
export async function compareVersions(
  access: Access,
  objects: Objects,
  names: readonly string[],
): Promise<ComparedPair[]> {
  const pairs = pairsOf(inRole(objects, names, 'running'), inRole(objects, names, 'candidate'));
  const read = async ([old, next]: Pair): Promise<Reading> => {
    const [before, after] = await Promise.all([pullAll(access, old), pullAll(access, next)]);
    return { old: before, next: after };
  };
  const first = await Promise.all(pairs.map(read));
  await pause(BETWEEN_READINGS_MS);
  const second = await Promise.all(pairs.map(read));
  return pairs.map(([old, next], index) => ({
    old,
    next,
    report: compareReadings(first[index]!, second[index]!),
  }));
}

type Pair = readonly [string, string];

/** Tables alone answer pull queries from what they hold. */
function pairsOf(running: readonly SqlObject[], candidates: readonly SqlObject[]): Pair[] {
  return candidates.filter(isMaterialised).flatMap(({ file, window, name }): Pair[] => {
    const old = running.find((one) => baseName(one.file) === baseName(file) && one.window === window);
    return old ? [[old.name, name]] : [];
  });
}

function isMaterialised({ statements }: SqlObject): boolean {
  return statements.some(
    ({ text, facts }) => facts.writesTopic !== undefined && /^\s*CREATE\s+TABLE\b/i.test(text),
  );
}

function pullAll(access: Access, name: string) {
  return access.ksqldb().pull(`SELECT * FROM \`${name}\`;`);
}
