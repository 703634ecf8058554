import {
  KsqlError,
  advance,
  builtinFunctions,
  createSchemaTranslator,
  emptyCatalog,
  formatDiagnostics,
  isPlannable,
  parseStatement,
  planStatement,
} from '../../engine/index';
import type { PlanningContext, StatementPlan, TopicInfo } from '../../engine/index';
import { KSQL_PROPERTIES, STREAMS_DEFAULTS } from '../../engine/server/config/known-properties';
import { literalText, statementFacts } from '../../resources/query/statement-facts';

/** What statements are planned against, without any server: topics and schemas that are declared or were read before. */
export interface WorldInput {
  readonly topics: ReadonlyMap<string, TopicInfo>;
  /** Text of the newest schema by subject. */
  readonly schemas: ReadonlyMap<string, string>;
}

/** A statement with the session properties that go with it. */
export interface StatementInput {
  readonly text: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type Planned =
  | { readonly plan: StatementPlan; readonly next: PlanningContext }
  /** ksqlDB's message why not. */
  | { readonly refusal: string };

const NO_WINDOW_OF_TIME = { now: () => 0, random: () => 0 };

/** A ksqlDB that holds nothing yet. */
export function emptyWorld({ topics, schemas }: WorldInput): PlanningContext {
  const subjects = [...schemas.keys()];
  const defaults = KSQL_PROPERTIES.flatMap(({ name, value }) =>
    value === null ? [] : [[name, value] as const],
  );
  return {
    catalog: emptyCatalog(),
    functions: builtinFunctions,
    config: { ...STREAMS_DEFAULTS, ...Object.fromEntries(defaults) },
    topics,
    schemas: {
      latest: (subject) => {
        const text = schemas.get(subject);
        return text === undefined ? undefined : { type: 'AVRO', text, id: subjects.indexOf(subject) + 1 };
      },
      byId: () => undefined,
    },
    translator: createSchemaTranslator(),
    queries: new Map(),
    nextQueryNumber: 0,
    evaluation: NO_WINDOW_OF_TIME,
    transientId: '0',
  };
}

/** Plans one statement as ksqlDB would, and gives the world after it. */
export function planInto(world: PlanningContext, { text, properties }: StatementInput): Planned {
  try {
    const parsed = parseStatement(text);
    if (!parsed || !isPlannable(parsed.statement)) return { refusal: 'it makes no object' };
    const context = { ...withTopicOf(world, text), config: { ...world.config, ...properties } };
    const plan = planStatement(parsed.statement, parsed.text, context);
    return { plan, next: { ...advance(context, plan), config: world.config } };
  } catch (error) {
    if (!(error instanceof KsqlError)) return { refusal: (error as Error).message };
    return {
      refusal:
        error.diagnostics.map(({ message }) => message.trim()).join('; ') ||
        formatDiagnostics(error.diagnostics),
    };
  }
}

/** A topic that a source is declared over exists for planning: whether it really does is another check. */
function withTopicOf(world: PlanningContext, text: string): PlanningContext {
  const parsed = parseStatement(text);
  const topic = parsed && statementFacts(parsed.statement)?.readsTopic;
  if (topic === undefined || world.topics.has(topic)) return world;
  const declared = parsed!.statement.kind === 'CreateSource' ? parsed!.statement.properties : undefined;
  const partitions = Number(literalText(declared?.get('PARTITIONS')) ?? 1);
  return { ...world, topics: new Map(world.topics).set(topic, { partitions, replicas: 1 }) };
}

/** The world after all statements that can be planned; what cannot is left out. */
export function worldAfter(world: PlanningContext, statements: readonly StatementInput[]): PlanningContext {
  return statements.reduce((current, statement) => {
    const planned = planInto(current, statement);
    return 'plan' in planned ? planned.next : current;
  }, world);
}
