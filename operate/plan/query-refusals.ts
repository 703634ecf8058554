import {
  createSource,
  formatStatement,
  lintStatements,
  parseStatement,
  parseStatements,
} from '../../engine/index';
import type { ParsedStatement, Query, Statement } from '../../engine/index';
import { literalText } from '../../resources/query/statement-facts';
import type { QueryStatement } from '../../resources/query/query';
import type { Refusal } from './refusal';

/** Rule of the linter that names functions of the clock and of chance. */
const DETERMINISTIC = 'KE5007';

/** What no query may be: one that grows without end, one whose windows nobody bounded, one that a replay changes. */
export function queryRefusals({ text }: Pick<QueryStatement, 'text'>): Refusal[] {
  const parsed = parseStatement(text);
  const query = parsed && queryOf(parsed.statement);
  if (!query) return [];
  return [
    ...unboundedWindow(query),
    ...endlessTable(parsed.statement, query),
    ...lintStatements(withoutComments(parsed.statement))
      .filter(({ code }) => code === DETERMINISTIC)
      .map(({ message, hint }) => ({ reason: message, remedy: hint ?? 'derive the value from the record' })),
  ];
}

/** A comment cannot allow what a replay would betray. */
function withoutComments(statement: Statement): ParsedStatement[] {
  return parseStatements(createSource(formatStatement(statement)));
}

function queryOf(statement: Statement): Query | undefined {
  return statement.kind === 'CreateAsSelect' || statement.kind === 'InsertIntoSelect'
    ? statement.query
    : undefined;
}

function unboundedWindow({ window }: Query): Refusal[] {
  if (!window) return [];
  const lacking = [...(window.retention ? [] : ['RETENTION']), ...(window.grace ? [] : ['GRACE PERIOD'])];
  if (lacking.length === 0) return [];
  return [
    {
      reason: `its window has no ${lacking.join(' and no ')}, so that ksqlDB chooses how long it keeps windows and takes late rows`,
      remedy: 'write WINDOW … (SIZE …, RETENTION …, GRACE PERIOD …)',
    },
  ];
}

/** A table without windows keeps a row a key: its topic must at least forget what was replaced, or expire. */
function endlessTable(statement: Statement, { window }: Query): Refusal[] {
  if (statement.kind !== 'CreateAsSelect' || statement.sourceKind !== 'TABLE' || window) return [];
  const policy = literalText(statement.properties.get('CLEANUP_POLICY'));
  // ksqlDB compacts the topic of a table when nobody says otherwise.
  if (policy === undefined || policy.includes('compact')) return [];
  const retention = literalText(statement.properties.get('RETENTION_MS'));
  if (retention !== undefined && Number(retention) > 0) return [];
  return [
    {
      reason:
        'it is a table without windows whose topic is neither compacted nor expires, so that it grows for ever',
      remedy: 'leave CLEANUP_POLICY out (ksqlDB compacts), or give it RETENTION_MS',
    },
  ];
}
