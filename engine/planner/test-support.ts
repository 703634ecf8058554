import { emptyCatalog } from '../catalog/memory-catalog';
import { builtinFunctions } from '../functions/index';
import { parseStatements } from '../parser/index';
import { createSource } from '../source/source';
import { createSchemaTranslator } from '../formats/schema-translator';
import type { RegisteredSchema } from '../runtime/contracts';
import type { PlanningContext, TopicInfo } from './context';
import { isPlannable, planStatement } from './plan-statement';
import { planPullQuery } from './pull/plan-pull';
import type { PullQueryPlan } from './pull/pull-plan';
import { planPushQuery } from './push-query';
import type { PushQueryPlan } from './plan';
import { advance } from './statement-plan';
import type { StatementPlan } from './statement-plan';

export interface WorldOptions {
  readonly config?: Readonly<Record<string, string>>;
  readonly topics?: Readonly<Record<string, TopicInfo>>;
  /** Registered schemas by subject; ids count from 1 in their order. */
  readonly schemas?: Readonly<Record<string, Omit<RegisteredSchema, 'id'>>>;
}

/** A world that holds nothing but what the options say. Clock and randomness stand still. */
export function createContext(options: WorldOptions = {}): PlanningContext {
  const registered = Object.entries(options.schemas ?? {}).map(([subject, schema], i) => ({
    subject,
    ...schema,
    id: i + 1,
  }));
  return {
    catalog: emptyCatalog(),
    functions: builtinFunctions,
    config: options.config ?? {},
    topics: new Map(Object.entries(options.topics ?? {})),
    schemas: {
      latest: (subject) => registered.find((schema) => schema.subject === subject),
      byId: (id) => registered.find((schema) => schema.id === id),
    },
    translator: createSchemaTranslator(),
    queries: new Map(),
    nextQueryNumber: 0,
    evaluation: { now: () => 0, random: () => 0 },
    transientId: '1',
  };
}

/** Plans the statements one after the other, each in the world that those before it left. */
export function planAll(
  sql: string,
  context: PlanningContext,
): { readonly plans: readonly StatementPlan[]; readonly context: PlanningContext } {
  const plans: StatementPlan[] = [];
  let world = context;
  for (const { statement, text } of parseStatements(createSource(sql))) {
    if (!isPlannable(statement)) throw new Error(`not to be planned: ${text}`);
    const plan = planStatement(statement, text, world);
    plans.push(plan);
    world = advance(world, plan);
  }
  return { plans, context: world };
}

/** Plans a SELECT without EMIT in the world that the set-up leaves. */
export function pull(
  setUp: string,
  select: string,
  context: PlanningContext = createContext(),
): PullQueryPlan {
  return planPullQuery(...parsedQuery(select), planAll(setUp, context).context);
}

/** Plans a SELECT with EMIT in the world that the set-up leaves. */
export function push(
  setUp: string,
  select: string,
  context: PlanningContext = createContext(),
): PushQueryPlan {
  return planPushQuery(parsedQuery(select)[0], planAll(setUp, context).context);
}

function parsedQuery(select: string): [Parameters<typeof planPullQuery>[0], string] {
  const [{ statement, text }] = parseStatements(createSource(select)) as [
    ReturnType<typeof parseStatements>[number],
  ];
  if (statement.kind !== 'QueryStatement') throw new Error(`no SELECT: ${text}`);
  return [statement.query, text];
}

/** What a statement is refused with. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
