import type { Statement } from '../ast/statements';
import { fail } from '../analyzer/errors';
import type { PlanningContext } from './context';
import { planCreateAs } from './create-as';
import { planCreateSource } from './create-source';
import { planAlter, planDrop, planDropType, planRegisterType } from './ddl';
import { planInsertInto } from './insert-into';
import { planInsertValues } from './insert-values';
import type { QueryControlPlan, StatementPlan } from './statement-plan';

/** The statements that change something; the others only ask. */
export type PlannableStatement = Extract<
  Statement,
  {
    kind:
      | 'CreateSource'
      | 'CreateAsSelect'
      | 'InsertIntoSelect'
      | 'InsertValues'
      | 'DropSource'
      | 'AlterSource'
      | 'RegisterType'
      | 'DropType'
      | 'TerminateQuery'
      | 'PauseQuery'
      | 'ResumeQuery';
  }
>;

const PLANNABLE: ReadonlySet<Statement['kind']> = new Set<PlannableStatement['kind']>([
  'CreateSource',
  'CreateAsSelect',
  'InsertIntoSelect',
  'InsertValues',
  'DropSource',
  'AlterSource',
  'RegisterType',
  'DropType',
  'TerminateQuery',
  'PauseQuery',
  'ResumeQuery',
]);

export function isPlannable(statement: Statement): statement is PlannableStatement {
  return PLANNABLE.has(statement.kind);
}

/**
 * What a statement would do. Pure: the same statement and context give the same plan.
 * @param text the statement as given, kept as the source's `sql`
 * @throws KsqlError in ksqlDB's words
 */
export function planStatement(
  statement: PlannableStatement,
  text: string,
  context: PlanningContext,
): StatementPlan {
  switch (statement.kind) {
    case 'CreateSource':
      return planCreateSource(statement, text, context);
    case 'CreateAsSelect':
      return planCreateAs(statement, text, context);
    case 'InsertIntoSelect':
      return planInsertInto(statement, context);
    case 'InsertValues':
      return planInsertValues(statement, context);
    case 'DropSource':
      return planDrop(statement, context);
    case 'AlterSource':
      return planAlter(statement, text, context);
    case 'RegisterType':
      return planRegisterType(statement, context);
    case 'DropType':
      return planDropType(statement, context);
    case 'TerminateQuery':
      return control('terminateQueries', statement.queryId, context);
    case 'PauseQuery':
      return control('pauseQueries', statement.queryId, context);
    case 'ResumeQuery':
      return control('resumeQueries', statement.queryId, context);
  }
}

function control(
  kind: QueryControlPlan['kind'],
  queryId: string | undefined,
  { queries }: PlanningContext,
): QueryControlPlan {
  if (queryId === undefined) return { kind, queryIds: [...queries.keys()] };
  const found = [...queries.keys()].find((id) => id.toUpperCase() === queryId.toUpperCase());
  return { kind, queryIds: [found ?? fail('unknownQuery', `Unknown queryId: ${queryId}`)] };
}
