import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { createSource, parseStatements } from '../../engine/index';
import type { TopicInfo } from '../../engine/index';
import { baseName, firstVersion, loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlObject } from '../../resources/query/sql-files';
import type { DeclaredQuery } from '../../resources/query/query';
import { readDeclaration } from '../../stacks/declaration';
import { environmentSchema } from '../../stacks/environment-schema';
import { sqlVariables, windowVariables } from '../../stacks/sql-variables';
import { rawTopicNames } from '../../stacks/topics';
import { LIVE_FROM_DECLARED } from '../plan/live-from-declared';
import { planQueries } from '../plan/plan-queries';
import { emptyWorld, worldAfter } from '../sql/world';
import { downstream } from './chain';
import { chainObstacles } from './chain-obstacles';
import { candidates } from './steps';

/**
 * Every file of the project that holds state can be changed while it runs: its next version, and those of all that read it, stand beside
 * what runs, and the plan takes them. Proves it of names, topics and types; that they answer alike is shown by tests/plan/evolve.test.ts.
 */
jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, '../..');
const { config } = parse(readFileSync(path.join(ROOT, 'Pulumi.staging.yaml'), 'utf8')) as {
  config: Record<string, unknown>;
};
const own = Object.entries(config).map(([key, value]) => [key.replace(/^naap:/, ''), value] as const);
const environment = { ...environmentSchema.parse(Object.fromEntries(own)), name: 'staging' };
const { sqlFiles: files, schemas, variables, versions } = readDeclaration(ROOT);
const rawTopics = rawTopicNames(environment);
const context: SqlContext = {
  // Where an address lies matters to nobody here, and the text that says so is most of what there is to parse.
  variables: { ...sqlVariables(environment, variables), region: "l => 'unknown'" },
  windows: windowVariables(environment),
  versions,
};
const names = files.map(({ path: file }) => baseName(file));

const running = loadSqlFiles(files, context);
const downstreamOf = (name: string): string[] => downstream(name, running, versions);

/** What a file makes keeps rows or windows: a table of its own, or a join. */
function holdsState({ statements }: SqlObject): boolean {
  return statements.some(({ text }) => {
    const [parsed] = parseStatements(createSource(text));
    const { statement } = parsed!;
    if (statement.kind === 'InsertIntoSelect') return statement.query.from.kind === 'Join';
    return (
      statement.kind === 'CreateAsSelect' &&
      (statement.sourceKind === 'TABLE' || statement.query.from.kind === 'Join')
    );
  });
}

/** Into a raw topic others write as well: their rows have no version. */
function insertsIntoRaw({ statements }: SqlObject): boolean {
  return statements.some(({ facts }) => {
    const target = running.find(({ name }) => name === facts.insertsInto);
    return target?.statements.some((one) => rawTopics.includes(one.facts.readsTopic ?? '')) ?? false;
  });
}

const stateful = [...new Set(running.filter(holdsState).map(({ file }) => baseName(file)))];
const intoRaw = running.filter(insertsIntoRaw).map(({ file }) => baseName(file));
const evolvable = names.filter((name) => !downstreamOf(name).some((one) => intoRaw.includes(one)));

it('every file that holds state can be evolved, and what reads it', () => {
  expect(stateful.length).toBeGreaterThan(18);
  expect(stateful).toEqual(
    expect.arrayContaining([...Object.keys(versions), 'session', 'stream_event', 'gpu_sample', 'sla', 'cue']),
  );
  expect(stateful.filter((name) => !evolvable.includes(name))).toEqual([]);
  expect(evolvable.flatMap(downstreamOf).filter((name) => !evolvable.includes(name))).toEqual([]);
});

it('only what inserts into a raw topic, and what it reads, cannot', () => {
  expect(names.filter((name) => !evolvable.includes(name)).sort()).toEqual([
    'gpu_metrics',
    'gpu_metrics_from_orchestrator_scrape',
    'job_results',
    'job_results_from_orchestrator_scrape',
    'orchestrator_scrape',
  ]);
});

describe('with a next version of everything that can have one', () => {
  const started = candidates(
    Object.fromEntries(evolvable.map((name) => [name, versions[name] ?? firstVersion(hasWindows(name))])),
    evolvable,
  );
  const all = loadSqlFiles(files, { ...context, versions: started });
  const isNext = ({ name }: SqlObject): boolean => !running.some((one) => one.name === name);

  it('no text stands in the way', () => {
    expect(chainObstacles({ files, context, names: evolvable, versions: started, rawTopics })).toEqual([]);
  });

  it('each reads and writes its own', () => {
    const next = all.filter(isNext);
    const made = new Set(next.map(({ name }) => name));
    const old = new Set(
      running.filter(({ file }) => evolvable.includes(baseName(file))).map(({ name }) => name),
    );
    const mixed = next.flatMap(({ name, dependsOn }) =>
      dependsOn.filter((needed) => old.has(needed)).map((needed) => `${name} < ${needed}`),
    );
    expect(made.size).toBe(old.size);
    expect(mixed).toEqual([]);
    const topics = all.flatMap(({ statements }) =>
      statements.flatMap(({ facts }) => facts.writesTopic ?? []),
    );
    expect(topics.filter((topic, index) => topics.indexOf(topic) !== index)).toEqual([]);
  });

  it('the plan builds each beside what runs, and refuses none', async () => {
    const before = running.map(asDeclared);
    const live = LIVE_FROM_DECLARED.query as (desired: unknown) => never;
    const { entries } = await planQueries({
      queries: all.map(asDeclared),
      live: new Map(before.map((one) => [one.name, live(one)])),
      sources: before.map(({ name }) => name),
      running: worldAfter(
        emptyWorld({ topics: topicInfos(), schemas: schemaTexts() }),
        before.flatMap(({ statements }) => statements),
      ),
      versions: started,
    });
    const named = (action: string): string[] =>
      entries.filter((entry) => entry.action === action).map(({ name }) => name);
    expect(entries.filter(({ action }) => action === 'refused')).toEqual([]);
    expect(named('unchanged').sort()).toEqual(running.map(({ name }) => name).sort());
    expect(named('side by side').sort()).toEqual(
      all
        .filter(isNext)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

function hasWindows(name: string): boolean {
  return running.some(({ file, window }) => baseName(file) === name && window !== undefined);
}

function asDeclared({ name, file, statements, dependsOn }: SqlObject): DeclaredQuery {
  return { name, file, statements, reads: dependsOn };
}

function topicInfos(): ReadonlyMap<string, TopicInfo> {
  const { partitions, replicationFactor: replicas } = environment.topics;
  return new Map(rawTopics.map((name) => [name, { partitions: partitions.telemetry, replicas }]));
}

function schemaTexts(): ReadonlyMap<string, string> {
  return new Map(schemas.map(({ subject, schema }) => [subject, schema]));
}
