import type { Command } from 'commander';
import { EVOLVE_CALLS } from '../operate/access/allowed-calls';
import type { Access } from '../operate/access/access';
import { chainOf } from '../operate/evolve/chain';
import {
  compareVersions,
  inRole,
  notWhatRuns,
  objectsOf,
  progressOfObjects,
} from '../operate/evolve/evolution';
import type { ComparedPair } from '../operate/evolve/evolution';
import { motionLines, parityLines, progressLine } from '../operate/evolve/render';
import { candidates, cutOver, inMotion, retire, stepBack } from '../operate/evolve/steps';
import { dropText, keepText, writeVersions } from '../operate/evolve/versions-file';
import { reasonNotChecked } from '../operate/access/not-checked';
import { sameJson } from '../resources/compare-properties';
import type { Json } from '../resources/declared';
import { baseName } from '../resources/query/sql-files';
import type { SqlContext, SqlFile } from '../resources/query/sql-files';
import type { Versions } from '../resources/query/versions';
import { pause } from '../resources/retry';
import { parseDuration } from '../stacks/duration';
import { sqlVariables, windowVariables } from '../stacks/sql-variables';
import { rawTopicNames } from '../stacks/topics';
import { EXIT, UsageError } from './exit-codes';
import { fileAt } from './git-checkout';
import { withExamples } from './help';
import { stackContext } from './stack-context';
import type { StackContext } from './stack-context';

const EXIT_CODES =
  'Exit codes: 0 done, 1 not possible (with the reason), 2 wrong usage, 3 the versions differ (compare).';
const APPLY = 'Now apply the stack: pulumi up, or ./naap up in the lab.';

interface Options {
  readonly stack: string;
}

export function registerEvolve(program: Command): void {
  const evolve = program
    .command('evolve')
    .description(
      'Change a running rollup: its next version beside it, compared, readers moved, the old one retired. Edits ksql/versions.yaml only.',
    );
  const step = (name: string, description: string): Command =>
    evolve
      .command(name)
      .description(description)
      .option('--stack <name>', 'stack: Pulumi.<name>.yaml', 'dev');
  step('start', 'declare the next version of an edited SQL file, and of all that read it')
    .argument('<name>', 'SQL file without folder and ending, e.g. sla')
    .option('--base <ref>', 'commit whose text the running version has', 'HEAD')
    .action(start);
  step('status', 'what is between two steps, and how far its queries are')
    .option('--wait [seconds]', 'until every candidate has caught up')
    .action(status);
  step('compare', 'what the running version and the candidate answer, row by row')
    .argument('<name>')
    .action(compare);
  step('cutover', 'readers move to the candidate')
    .argument('<name>')
    .option('--grace <duration>', 'how long the old version stays', '1d')
    .option('--accept-missing', 'although rows of the old version are missing in the new one')
    .action(cutover);
  step('retire', 'take away old versions whose time has come')
    .argument('<name>')
    .option('--now', 'although their time has not come')
    .action(retireOld);
  step('undo', 'one step back: until retirement nothing is lost').argument('<name>').action(undo);
  withExamples(
    evolve,
    [
      './naap evolve start sla',
      './naap evolve status --wait',
      './naap evolve compare sla',
      './naap evolve cutover sla --grace 1d',
      './naap evolve retire sla',
    ],
    EXIT_CODES,
  );
}

async function start(name: string, { stack, base }: Options & { readonly base: string }): Promise<void> {
  const context = await stackContext(stack, { offline: true });
  const { files, sql, versions: before } = sqlOf(context);
  requireFile(name, files);
  const rawTopics = rawTopicNames(context.environment);
  const { names, obstacles, versions } = chainOf(name, { files, context: sql, rawTopics });
  if (obstacles.length > 0) throw new Error(`${name} cannot evolve yet:\n${obstacles.join('\n')}`);
  const kept = names.map((one) => keptText(context.root, base, files, one, versions));
  await requireRunning(stack, context, kept);
  for (const { file, version, text } of kept) keepText(context.root, file.path, version, text);
  const next = candidates(versions, names);
  write(context.root, before, next);
  console.log(motionLines(next).join('\n'));
  console.log(`${APPLY} Then: ./naap evolve status --wait`);
}

interface KeptText {
  readonly file: SqlFile;
  readonly version: number;
  readonly text: string;
}

/** Text of the running version: kept already, else that of the commit. */
function keptText(
  root: string,
  base: string,
  files: readonly SqlFile[],
  name: string,
  versions: Versions,
): KeptText {
  const own = files.filter(({ path }) => baseName(path) === name);
  const file = own.find(({ path }) => !/\.v\d+\.sql$/.test(path))!;
  const version = versions[name]!.running;
  const kept = own.find(({ path }) => path.endsWith(`.v${version}.sql`));
  const text = kept?.text ?? fileAt(root, base, file.path) ?? file.text;
  return { file, version, text };
}

/** Where a server can be asked, the kept text must be what runs there. */
async function requireRunning(
  stack: string,
  context: StackContext,
  kept: readonly KeptText[],
): Promise<void> {
  await withServer(stack, async (access) => {
    const { files, sql } = sqlOf(context);
    const texts = new Map(kept.map(({ file, text }) => [file.path, text]));
    const before = files.map((file) => ({ ...file, text: texts.get(file.path) ?? file.text }));
    const names = kept.map(({ file }) => baseName(file.path));
    const running = inRole(objectsOf(before, sql), names, 'running');
    const others = await notWhatRuns(access, running);
    if (others.length > 0)
      throw new Error(
        `${others.join(', ')}: the text of the commit is not what runs; name the commit that is applied with --base`,
      );
  }).catch((error: unknown) => {
    if (error instanceof NoServerError) console.error(`not checked against what runs: ${error.message}`);
    else throw error;
  });
}

async function status({ stack, wait }: Options & { readonly wait?: string | boolean }): Promise<void> {
  const context = await stackContext(stack, { offline: true });
  const { versions } = sqlOf(context);
  const names = inMotion(versions);
  console.log(names.length === 0 ? 'No version is between two steps.' : motionLines(versions).join('\n'));
  if (names.length === 0) return;
  const deadline = Date.now() + 1_000 * (typeof wait === 'string' ? Number(wait) : 3_600);
  await withServer(stack, async (access, live) => {
    for (;;) {
      const progress = await progressOfCandidates(access, live, names);
      console.log(progress.map(progressLine).join('\n'));
      if (!wait || progress.every(({ isCaughtUp }) => isCaughtUp)) return;
      if (Date.now() > deadline) throw new Error('not caught up in the given time');
      await pause(5_000);
    }
  });
}

function progressOfCandidates(access: Access, context: StackContext, names: readonly string[]) {
  const { files, sql } = sqlOf(context);
  const objects = objectsOf(files, sql);
  return progressOfObjects(
    access,
    objects,
    inRole(objects, names, 'candidate'),
    context.environment.ksqldb.serviceId,
  );
}

async function compare(name: string, { stack }: Options): Promise<void> {
  await withServer(stack, async (access, context) => {
    const pairs = await comparedPairs(access, context, name);
    console.log(pairs.flatMap(parityLines).join('\n'));
    const isEqual = pairs.every(({ report }) => report.differing.length + report.missing.length === 0);
    process.exitCode = isEqual ? EXIT.ok : EXIT.changes;
  });
}

async function comparedPairs(access: Access, context: StackContext, name: string): Promise<ComparedPair[]> {
  const { files, sql, versions } = sqlOf(context);
  const names = movingWith(name, context);
  if (versions[name]?.candidate === undefined)
    throw new Error(`${name} has no candidate: ./naap evolve start ${name}`);
  return compareVersions(access, objectsOf(files, sql), names);
}

interface CutoverOptions extends Options {
  readonly grace: string;
  readonly acceptMissing?: boolean;
}

async function cutover(name: string, options: CutoverOptions): Promise<void> {
  const graceMs = parseDuration(options.grace);
  if (graceMs === undefined || graceMs < 0)
    throw new UsageError(`--grace is "${options.grace}", expected a duration such as "1d"`);
  const context = await stackContext(options.stack, { offline: true });
  const { versions } = sqlOf(context);
  requireVersioned(name, versions);
  if (versions[name]!.candidate === undefined) {
    console.log(`${name} has no candidate: version ${versions[name]!.running} answers.`);
    return;
  }
  await withServer(options.stack, (access, live) =>
    requireReady(access, live, name, options.acceptMissing === true),
  );
  const until = new Date(Date.now() + graceMs).toISOString();
  const next = cutOver(versions, movingWith(name, context), until);
  write(context.root, versions, next);
  console.log(motionLines(next).join('\n'));
  console.log(
    `./naap query answers from version ${next[name]!.running} now. Clients that name the old version have until ${until}.\n${APPLY}`,
  );
}

/** While events come in a candidate is now and then a moment behind: what is so for longer than this is not ready. */
const READY_WITHIN_MS = 30_000;

/** Every candidate runs and has caught up, and no row is missing. */
async function requireReady(
  access: Access,
  context: StackContext,
  name: string,
  acceptMissing: boolean,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { problem, mayPass, report } = await readiness(access, context, name, acceptMissing);
    if (problem === undefined || !mayPass || Date.now() > deadline) {
      if (report !== '') console.log(report);
      if (problem === undefined) return;
      throw new Error(problem);
    }
    await pause(2_000);
  }
}

interface Readiness {
  /** Why readers cannot move; absent when they can. */
  readonly problem?: string;
  /** Whether time alone may mend it. */
  readonly mayPass: boolean;
  /** The versions compared, where they could be. */
  readonly report: string;
}

async function readiness(
  access: Access,
  context: StackContext,
  name: string,
  acceptMissing: boolean,
): Promise<Readiness> {
  const progress = await progressOfCandidates(access, context, movingWith(name, context));
  const late = progress.filter(({ isCaughtUp }) => !isCaughtUp);
  if (late.length > 0) {
    const problem = `not caught up:\n${late.map(progressLine).join('\n')}`;
    return { problem, mayPass: late.every(({ state }) => state === 'RUNNING'), report: '' };
  }
  const pairs = await comparedPairs(access, context, name);
  const report = pairs.flatMap(parityLines).join('\n');
  const missing = pairs.filter((pair) => pair.report.missing.length > 0);
  if (missing.length === 0 || acceptMissing) return { mayPass: true, report };
  const problem = `${missing.map(({ next }) => next).join(', ')} lacks rows of the running version (--accept-missing moves readers all the same)`;
  return { problem, mayPass: true, report };
}

async function retireOld(
  name: string,
  { stack, now = false }: Options & { readonly now?: boolean },
): Promise<void> {
  const context = await stackContext(stack, { offline: true });
  const { files, versions } = sqlOf(context);
  requireVersioned(name, versions);
  const names = movingWith(name, context);
  const next = retire(versions, names, now ? END_OF_TIME : new Date().toISOString());
  for (const one of names) {
    const left = new Set((next[one]!.retiring ?? []).map(({ version }) => version));
    const gone = (versions[one]!.retiring ?? []).filter(({ version }) => !left.has(version));
    const file = files.find(({ path }) => baseName(path) === one)!;
    for (const { version } of gone) dropText(context.root, file.path, version);
  }
  if (!write(context.root, versions, next)) {
    console.log(motionLines(versions).join('\n') || 'No version is retiring.');
    return;
  }
  console.log(`${names.join(', ')}: the old versions are no longer declared. ${APPLY}`);
}

/** After any `until`. */
const END_OF_TIME = '9999-12-31T00:00:00.000Z';

async function undo(name: string, { stack }: Options): Promise<void> {
  const context = await stackContext(stack, { offline: true });
  const { versions } = sqlOf(context);
  requireVersioned(name, versions);
  const next = stepBack(versions, movingWith(name, context));
  if (!write(context.root, versions, next))
    throw new Error(`${name} is between no two steps: there is nothing to undo`);
  console.log(
    motionLines(next).join('\n') ||
      `${name}: version ${next[name]!.running} alone. What runs beside it goes with the next apply.`,
  );
  console.log(APPLY);
}

/** Returns whether anything changed. */
function write(root: string, before: Versions, next: Versions): boolean {
  if (sameJson(before as unknown as Json, next as unknown as Json)) return false;
  writeVersions(root, next);
  return true;
}

function requireFile(name: string, files: readonly SqlFile[]): void {
  const names = new Set(files.map(({ path }) => baseName(path)));
  if (!names.has(name))
    throw new UsageError(`"${name}" is no SQL file; there are ${[...names].sort().join(', ')}`);
}

function requireVersioned(name: string, versions: Versions): void {
  if (!versions[name])
    throw new UsageError(
      `"${name}" is not in ksql/versions.yaml; it lists ${Object.keys(versions).join(', ')}`,
    );
}

/** The file and what came along with it. */
function movingWith(name: string, context: StackContext): string[] {
  const { files, sql, versions } = sqlOf(context);
  requireVersioned(name, versions);
  const moving = new Set(inMotion(versions));
  return chainOf(name, { files, context: sql }).names.filter((one) => moving.has(one));
}

interface Sql {
  readonly files: readonly SqlFile[];
  readonly sql: SqlContext;
  readonly versions: Versions;
}

function sqlOf({ environment, declaration }: StackContext): Sql {
  const { sqlFiles: files, versions, variables } = declaration;
  const sql = {
    variables: sqlVariables(environment, variables),
    windows: windowVariables(environment),
    versions,
  };
  return { files, sql, versions };
}

class NoServerError extends Error {}

/** Runs `work` with the clients of the stack. Throws a NoServerError where the stack cannot be reached from here. */
async function withServer(
  stack: string,
  work: (access: Access, context: StackContext) => Promise<void>,
): Promise<void> {
  const context = await stackContext(stack).catch((error: unknown) => {
    throw new NoServerError((error as Error).message, { cause: error });
  });
  const access = context.open(EVOLVE_CALLS);
  try {
    await work(access, context);
  } catch (error) {
    const reason = reasonNotChecked(error);
    throw reason === undefined ? error : new NoServerError(reason, { cause: error });
  } finally {
    await access.close();
  }
}
