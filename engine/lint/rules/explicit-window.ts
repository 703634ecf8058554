import type { Relation } from '../../ast/statements';
import { queryOf } from '../rule';
import type { Finding, LintRule } from '../rule';

/** WINDOW needs RETENTION and GRACE PERIOD, WITHIN needs GRACE PERIOD. */
export const explicitWindow: LintRule = {
  code: 'KE5003',
  name: 'explicit-window',
  severity: 'error',
  why: 'Without GRACE PERIOD a window waits 24 hours for late rows, and without RETENTION it is kept just as long.',
  check: ({ statement }) => {
    const query = queryOf(statement);
    if (!query) return [];
    const { window } = query;
    const missing = window
      ? (['retention', 'grace'] as const).filter((bound) => window[bound] === undefined)
      : [];
    const ofWindow =
      window && missing.length > 0
        ? [
            finding(
              window.loc,
              missing.map((bound) => CLAUSE[bound]),
            ),
          ]
        : [];
    return [...ofWindow, ...joinsWithoutGrace(query.from)];
  },
};

const CLAUSE = { retention: 'RETENTION', grace: 'GRACE PERIOD' } as const;

function finding(span: Finding['span'], clauses: readonly string[]): Finding {
  const added = clauses.map((clause) => `${clause} …`).join(', ');
  return {
    span,
    message: `the window has no ${clauses.join(' and no ')}`,
    hint: `Add ${added}; RETENTION is at least the size plus the grace.`,
  };
}

function joinsWithoutGrace(relation: Relation): Finding[] {
  if (relation.kind === 'Source') return [];
  const missing = relation.within !== undefined && relation.within.grace === undefined;
  const message = `the join with "${relation.right.name}" has no GRACE PERIOD`;
  const here = missing
    ? [{ span: relation.right.loc, message, hint: 'Add GRACE PERIOD … after WITHIN.' }]
    : [];
  return [...joinsWithoutGrace(relation.left), ...here];
}
