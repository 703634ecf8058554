import type { Diagnostic } from '../../engine/index';
import { KsqlError } from '../../engine/index';
import { emptyCatalog } from '../../engine/index';
import type { Catalog } from '../../engine/index';
import { SerdeError } from '../../engine/index';
import type { FunctionRegistry } from '../../engine/index';
import type { ParsedStatement } from '../../engine/index';
import type { PlanningContext, SchemaTranslator, TopicInfo } from '../../engine/index';
import type { Query, Relation } from '../../engine/index';
import { isPlannable, planPullQuery, planPushQuery, planStatement } from '../../engine/index';
import { applyPlan } from '../../engine/index';
import type { PersistentQueryPlan, StatementPlan } from '../../engine/index';
import type { Source, Span } from '../../engine/index';
import { literalText, statementFacts } from '../../resources/query/statement-facts';
import type { SchemaFile } from '../../stacks/schema-file';

/** What the engine brings along. */
export interface EngineWorld {
  readonly functions: FunctionRegistry;
  readonly translator: SchemaTranslator;
  readonly config: Readonly<Record<string, string>>;
}

/** What statements are checked against: no broker and no registry, only what is declared. */
export interface TypeCheckWorld extends EngineWorld {
  readonly schemas: readonly SchemaFile[];
  /** Topics that are known to exist; others that a statement reads are taken to exist. */
  readonly topics: ReadonlyMap<string, TopicInfo>;
  /** Sources that are missing because their file could not be read. */
  readonly unread: readonly string[];
}

/** Plans statements one after the other as ksqlDB would, without making anything; each sees those before it. */
export function typeCheck(statements: readonly ParsedStatement[], world: TypeCheckWorld): Diagnostic[] {
  const topics = new Map(world.topics);
  const assumed = assumedTopic(statements, world.topics);
  const diagnostics: Diagnostic[] = [];
  const broken = new Set(world.unread);
  const queries = new Map<string, { readonly plan: PersistentQueryPlan }>();
  let catalog = emptyCatalog();
  let properties: Record<string, string> = {};
  for (const parsed of statements) {
    const { statement } = parsed;
    if (statement.kind === 'SetProperty') properties = { ...properties, [statement.name]: statement.value };
    if (statement.kind === 'QueryStatement') {
      const context = { ...planningContext(world, catalog, topics, properties, diagnostics.length), queries };
      diagnostics.push(...queryMistakes(statement.query, parsed, context, broken));
    }
    if (!isPlannable(statement)) continue;
    const facts = statementFacts(statement);
    if (facts?.readsTopic !== undefined && !topics.has(facts.readsTopic)) topics.set(facts.readsTopic, assumed);
    const context = planningContext(world, catalog, topics, properties, diagnostics.length);
    const outcome = tryPlan(() => planStatement(statement, parsed.text, context), parsed);
    properties = {};
    if ('plan' in outcome) {
      catalog = applyPlan(catalog, outcome.plan);
      rememberTopic(outcome.plan, topics);
      if (outcome.plan.kind === 'persistentQuery') queries.set(outcome.plan.query.queryId, { plan: outcome.plan.query });
    } else {
      if (facts?.makes !== undefined) broken.add(facts.makes);
      // What a broken statement would have made is missing to those that read it: one mistake, one message.
      if (!(facts?.needs ?? []).some((name) => broken.has(name))) diagnostics.push(...outcome.diagnostics);
    }
  }
  return diagnostics;
}

/** What a server would say to a SELECT that stands between the statements. */
function queryMistakes(
  query: Query,
  parsed: ParsedStatement,
  context: PlanningContext,
  broken: ReadonlySet<string>,
): readonly Diagnostic[] {
  if (sourceNames(query.from).some((name) => broken.has(name))) return [];
  const found = diagnosticsOf(() => {
    if (query.emit === undefined) planPullQuery(query, parsed.text, context);
    else planPushQuery(query, context);
  }, parsed);
  // The statement itself stands below the message already.
  return found.map((one) => ({ ...one, message: one.message.replace(/(\nStatement: [^]*)+$/, '') }));
}

function sourceNames(relation: Relation): readonly string[] {
  return relation.kind === 'Source' ? [relation.name] : [...sourceNames(relation.left), relation.right.name];
}

/** Topics that nobody declares: as many partitions as the statements give theirs, so that joins are not refused by chance. */
function assumedTopic(statements: readonly ParsedStatement[], known: ReadonlyMap<string, TopicInfo>): TopicInfo {
  const declared = statements.flatMap(({ statement }) =>
    statement.kind === 'CreateAsSelect' ? [Number(literalText(statement.properties.get('PARTITIONS')))] : [],
  );
  const partitions = [...declared, ...[...known.values()].map((topic) => topic.partitions)].find((count) => count > 0) ?? 1;
  return { partitions, replicas: 1 };
}

function planningContext(
  world: TypeCheckWorld,
  catalog: Catalog,
  topics: ReadonlyMap<string, TopicInfo>,
  properties: Readonly<Record<string, string>>,
  number: number,
): PlanningContext {
  const { functions, translator, config, schemas } = world;
  const latest = (subject: string) => {
    const index = schemas.findIndex((file) => file.subject === subject);
    return index < 0 ? undefined : { type: 'AVRO' as const, text: schemas[index]!.schema, id: index + 1 };
  };
  return {
    catalog,
    functions,
    config: { ...config, ...properties },
    topics,
    schemas: { latest, byId: () => undefined },
    translator,
    queries: new Map(),
    nextQueryNumber: number,
    evaluation: { now: () => 0, random: () => 0 },
    transientId: '0',
  };
}

type Outcome = { readonly plan: StatementPlan } | { readonly diagnostics: readonly Diagnostic[] };

function tryPlan(plan: () => StatementPlan, parsed: ParsedStatement): Outcome {
  let made: StatementPlan | undefined;
  const diagnostics = diagnosticsOf(() => (made = plan()), parsed);
  return made ? { plan: made } : { diagnostics };
}

/** What an action refuses, placed in its statement. */
function diagnosticsOf(action: () => unknown, { source, span, text }: ParsedStatement): readonly Diagnostic[] {
  const head = { ...span, end: span.start + text.split('\n')[0]!.length };
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof SerdeError) return [unreadableSchema(error, source, head)];
    if (!(error instanceof KsqlError)) throw error;
    return error.diagnostics.map((one) => ({ ...one, source, span: one.span && one.span.line > 0 ? one.span : head }));
  }
}

/** A schema of `schemas/` that columns cannot be taken from. */
function unreadableSchema({ message }: SerdeError, source: Source, span: Span): Diagnostic {
  return { code: 'KE3034', severity: 'error', message, source, span, hint: 'Declare the columns, or correct the schema.' };
}

function rememberTopic(plan: StatementPlan, topics: Map<string, TopicInfo>): void {
  if (plan.kind !== 'createSource' && plan.kind !== 'persistentQuery') return;
  const { name, create } = plan.topic;
  if (create && !topics.has(name)) topics.set(name, create);
}
