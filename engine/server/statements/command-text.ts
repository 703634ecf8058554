import type { PlannableStatement } from '../../planner/plan-statement';
import type { StatementPlan } from '../../planner/statement-plan';
import { formatType } from '../../types/type-text';
import type { EngineState } from './engine-state';

/** The id under which `/status` knows a statement, as stock builds it. */
export function commandId(statement: PlannableStatement, plan: StatementPlan): string {
  switch (statement.kind) {
    case 'CreateSource':
    case 'CreateAsSelect':
      return `${statement.sourceKind.toLowerCase()}/\`${statement.name}\`/create`;
    case 'InsertIntoSelect':
      return `stream/\`${statement.target}\`/create`;
    case 'DropSource':
      return `${statement.sourceKind.toLowerCase()}/${statement.name}/drop`;
    case 'AlterSource':
      return `${statement.sourceKind.toLowerCase()}/\`${statement.name}\`/alter`;
    case 'TerminateQuery':
      return `terminate/${statement.queryId ?? 'ALL'}/execute`;
    case 'PauseQuery':
      return `pause/${statement.queryId ?? 'ALL'}/execute`;
    case 'ResumeQuery':
      return `resume/${statement.queryId ?? 'ALL'}/execute`;
    case 'RegisterType':
      return `type/${statement.name}/create`;
    case 'DropType':
      return `type/${statement.name}/drop`;
    case 'InsertValues':
      return `insert/${plan.kind}/execute`;
  }
}

/** What a command's status says, in stock's words. */
export function commandMessage(
  statement: PlannableStatement,
  plan: StatementPlan,
  before: EngineState,
  after: EngineState,
): string {
  switch (plan.kind) {
    case 'createSource': {
      const query = after.sourceQueries.get(plan.source.name);
      if (query !== undefined) return `Created query with ID ${query}`;
      return `${plan.source.kind === 'STREAM' ? 'Stream' : 'Table'} created`;
    }
    case 'persistentQuery':
      return `Created query with ID ${plan.query.queryId}`;
    case 'dropSource':
      return `Source \`${plan.source.name}\` (topic: ${plan.source.topic.name}) was dropped.`;
    case 'alterSource':
      return `${plan.source.kind === 'STREAM' ? 'Stream' : 'Table'} altered`;
    case 'registerType':
      return `Registered custom type with name '${plan.name}' and SQL type ${formatType(plan.type)}`;
    case 'dropType':
      return `Dropped type '${plan.name}'`;
    case 'terminateQueries':
      return 'Query terminated.';
    case 'pauseQueries':
      return 'Query paused.';
    case 'resumeQueries':
      return 'Query resumed.';
    case 'noChange':
      return noChangeMessage(statement, plan.message, before);
    case 'insertValues':
      return '';
  }
}

function noChangeMessage(statement: PlannableStatement, message: string, before: EngineState): string {
  if (statement.kind === 'DropSource' && !before.catalog.getSource(statement.name))
    return `Source \`${statement.name}\` does not exist.`;
  if (statement.kind === 'DropType') return `Type '${statement.name}' does not exist`;
  return message;
}
