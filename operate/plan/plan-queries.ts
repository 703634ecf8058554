import type { PersistentQueryPlan, PlanningContext } from '../../engine/index';
import type { Change } from '../../resources/change';
import { compareQuery } from '../../resources/query/compare';
import type { DeclaredQuery, LiveObject } from '../../resources/query/query';
import type { KsqldbClient } from '../../resources/query/ksqldb-client';
import { asReplacement } from '../sql/replace';
import { planInto } from '../sql/world';
import { versionNamed } from '../../resources/query/named-version';
import { baseName } from '../../resources/query/sql-files';
import { liveVersions } from '../../resources/query/versions';
import type { Versions } from '../../resources/query/versions';
import { askKsqldb } from './ask-ksqldb';
import type { AskedStatement } from './ask-ksqldb';
import type { PlanEntry } from './entry';
import type { RunningInsert } from './live';
import { queryRefusals } from './query-refusals';
import type { Refusal } from './refusal';

export interface QueryPlanInput {
  readonly queries: readonly DeclaredQuery[];
  readonly live: ReadonlyMap<string, LiveObject>;
  /** All names that the server has. */
  readonly sources: readonly string[];
  /** Running INSERT INTO queries. */
  readonly inserts?: readonly RunningInsert[];
  /** What runs, as planning sees it. */
  readonly running: PlanningContext;
  readonly versions: Versions;
  /** Absent: nobody is asked. */
  readonly client?: KsqldbClient;
}

export interface QueryPlan {
  readonly entries: readonly PlanEntry[];
  /** Plans of the queries that do not run yet, with the world that they are planned in. */
  readonly created: readonly { readonly name: string; readonly plan: PersistentQueryPlan }[];
  /** Plans of all declared queries. */
  readonly all: readonly PersistentQueryPlan[];
  readonly world: PlanningContext;
}

const NEXT_VERSION = './naap evolve start NAME builds its next version beside it';

/** What applying would do to each declared object of ksqlDB, by our front end and, where there is one, by the server. */
export async function planQueries(input: QueryPlanInput): Promise<QueryPlan> {
  const local = planLocally(input);
  const entries = local.judged.map(({ entry }) => entry);
  const gone = retired(input);
  if (!input.client) return { ...local, entries: [...entries, ...gone] };
  const asked = local.judged.flatMap(({ statements }) => statements);
  const objections = await askKsqldb(input.client, asked);
  const names = new Set(asked.map(({ name }) => name));
  const judged = entries.map((entry) =>
    names.has(entry.name) ? withVerdict(entry, objections.get(entry.name)) : entry,
  );
  return { ...local, entries: [...judged, ...gone] };
}

interface Judged {
  readonly entry: PlanEntry;
  /** What the server is asked about. */
  readonly statements: readonly AskedStatement[];
}

function planLocally(input: QueryPlanInput) {
  let world = input.running;
  const judged: Judged[] = [];
  const created: { name: string; plan: PersistentQueryPlan }[] = [];
  const all: PersistentQueryPlan[] = [];
  for (const query of input.queries) {
    const live = input.live.get(query.name);
    const step = live ? judgeChange(query, live, world) : judgeCreation(query, world, input);
    judged.push(step.judged);
    world = step.world;
    all.push(...step.plans);
    if (!live) created.push(...step.plans.map((plan) => ({ name: query.name, plan })));
  }
  return { judged, created, all, world };
}

interface Step {
  readonly judged: Judged;
  readonly world: PlanningContext;
  readonly plans: readonly PersistentQueryPlan[];
}

function judgeCreation(query: DeclaredQuery, before: PlanningContext, input: QueryPlanInput): Step {
  const { world, plans, refusal } = planAll(query, before, (text) => text);
  const refusals = [...query.statements.flatMap(queryRefusals), ...(refusal ? [frontEnd(refusal)] : [])];
  if (refusals.length > 0)
    return { judged: { entry: refused(query.name, refusals), statements: [] }, world, plans };
  return { judged: { entry: creation(query, input), statements: asked(query) }, world, plans };
}

function creation({ name, file }: DeclaredQuery, { versions }: QueryPlanInput): PlanEntry {
  const base = { kind: 'query', name, asked: ['front end'] } as const;
  const own = versionNamed(name.toLowerCase(), versions);
  const running = own && versions[own.object]?.running;
  if (!own || running === undefined || own.version === running)
    return {
      ...base,
      action: 'create',
      reason: `${file} is not there yet; it reads what its topics still hold`,
    };
  return {
    ...base,
    action: 'side by side',
    reason: `version ${own.version} of ${own.object} is built beside version ${running}, which goes on answering`,
  };
}

function judgeChange(query: DeclaredQuery, live: LiveObject, before: PlanningContext): Step {
  const { world, plans, refusal } = planAll(query, before, (text) => text, true);
  const step = (entry: PlanEntry, statements: readonly AskedStatement[] = []): Step => ({
    judged: { entry, statements },
    world,
    plans,
  });
  const base = { kind: 'query', name: query.name, asked: ['front end'] } as const;
  const refusals = query.statements.flatMap(queryRefusals);
  if (refusals.length > 0) return step(refused(query.name, refusals));
  const [change] = compareQuery(query, live);
  if (!change) return step({ ...base, action: 'unchanged', reason: '' });
  const statements =
    change.action === 'create' ? [] : change.properties.filter(({ path }) => path === 'statement');
  if (statements.length === 0) return step(stateEntry(query, change));
  if (query.statements.some(({ facts }) => facts.insertsInto !== undefined))
    return step({ ...base, action: 'refused', ...refusalOf(change) });
  // It could not be made anew either: the statement is wrong, whatever runs.
  if (refusal !== undefined) return step(refused(query.name, [frontEnd(refusal)]));
  const replaced = planAll(query, before, asReplacement);
  // What an apply would refuse all the same: a property of WITH that ksqlDB takes without a word and does not change.
  if (replaced.refusal === undefined && change.action === 'refused')
    return step({ ...base, action: 'refused', reason: change.reason, remedy: change.remedy });
  if (replaced.refusal === undefined) {
    const reason = 'ksqlDB can take over its state and its offsets (CREATE OR REPLACE)';
    return {
      ...step({ ...base, action: 'in place', reason }, asked(query, asReplacement)),
      world: replaced.world,
      plans: replaced.plans,
    };
  }
  return step({
    ...base,
    action: 'refused',
    reason: `ksqlDB cannot change it in place: ${replaced.refusal}`,
    remedy: NEXT_VERSION.replace('NAME', baseName(query.file)),
  });
}

/** Its query is not there, paused or in ERROR, and says what is declared. */
function stateEntry({ name }: DeclaredQuery, change: Change<DeclaredQuery>): PlanEntry {
  const base = { kind: 'query', name, asked: ['ksqlDB'] } as const;
  if (change.action === 'refused')
    return { ...base, action: 'refused', reason: change.reason, remedy: change.remedy };
  const states = change.action === 'create' ? [] : change.properties;
  const reason = states.map(({ path, before }) =>
    path === 'state'
      ? `its query is ${String(before as string)} and is resumed`
      : 'its query is gone and is started again',
  );
  return { ...base, action: 'in place', reason: reason.join('; ') };
}

function refusalOf(change: Change<DeclaredQuery>): Refusal {
  return change.action === 'refused'
    ? { reason: change.reason, remedy: change.remedy }
    : {
        reason: 'what it inserts is another query',
        remedy: 'terminate the running one first: both would write',
      };
}

interface PlannedAll {
  readonly world: PlanningContext;
  readonly plans: readonly PersistentQueryPlan[];
  readonly refusal?: string;
}

/**
 * Plans all statements of an object. `known`: it runs already, so that its own names stand in the way; only its plans are asked
 * for then, in a world without it.
 */
function planAll(
  { statements }: DeclaredQuery,
  before: PlanningContext,
  form: (text: string) => string,
  known = false,
): PlannedAll {
  let world = known ? withoutOwn(statements, before) : before;
  const plans: PersistentQueryPlan[] = [];
  let refusal: string | undefined;
  for (const { text, properties } of statements) {
    const planned = planInto(world, { text: form(text), properties });
    if ('refusal' in planned) {
      refusal ??= planned.refusal;
      continue;
    }
    world = planned.next;
    if (planned.plan.kind === 'persistentQuery') plans.push(planned.plan.query);
  }
  return { world: known ? before : world, plans, refusal };
}

function withoutOwn(statements: DeclaredQuery['statements'], world: PlanningContext): PlanningContext {
  const catalog = statements.reduce(
    (current, { facts }) => (facts.makes === undefined ? current : current.withoutSource(facts.makes)),
    world.catalog,
  );
  return { ...world, catalog };
}

function asked({ name, statements }: DeclaredQuery, form = (text: string): string => text): AskedStatement[] {
  return statements.map(({ text, properties }) => ({ name, properties, text: form(text) }));
}

function frontEnd(reason: string): Refusal {
  return { reason, remedy: 'correct the statement; ./naap ksql check shows the place' };
}

function refused(name: string, refusals: readonly Refusal[]): PlanEntry {
  return {
    kind: 'query',
    name,
    action: 'refused',
    reason: refusals.map(({ reason }) => reason).join('; '),
    remedy: [...new Set(refusals.map(({ remedy }) => remedy))].join('; '),
    asked: ['front end'],
  };
}

/** The server runs the statements: its word counts, and where it differs from ours it is said. */
function withVerdict(entry: PlanEntry, objection: string | undefined): PlanEntry {
  const both = [...entry.asked, 'ksqlDB'];
  if (objection === undefined) return { ...entry, asked: both };
  return {
    ...entry,
    action: 'refused',
    reason: `ksqlDB refuses it, though our front end would take it: ${objection}`,
    remedy: 'correct the statement, or build its next version',
    asked: both,
  };
}

/** Versions that run and are no longer declared, and what inserts into nothing else. */
function retired({ sources, inserts = [], queries, versions }: QueryPlanInput): PlanEntry[] {
  const declared = new Set(queries.map(({ name }) => name));
  const gone = sources.flatMap((name): PlanEntry[] => {
    const own = versionNamed(name.toLowerCase(), versions);
    if (!own || declared.has(name) || liveVersions(versions[own.object]!).includes(own.version)) return [];
    const reason = `version ${own.version} of ${own.object} is no longer declared: its query and its state go, its topic stays`;
    return [{ kind: 'query', name, action: 'delete', reason, asked: [] }];
  });
  const names = new Set(gone.map(({ name }) => name));
  const ended = inserts
    .filter(({ sinks }) => sinks.length > 0 && sinks.every((sink) => names.has(sink)))
    .map(({ id, sinks }): PlanEntry => {
      const reason = `this query inserts into ${sinks.join(', ')} and ends with it`;
      return { kind: 'query', name: id, action: 'delete', reason, asked: [] };
    });
  return [...gone, ...ended];
}
