import type { CreateAsSelect, Relation } from '../../ast/statements';
import { headSpan } from '../rule';
import type { LintRule } from '../rule';

/** What holds state is named `…_v<n>`. */
export const versionedState: LintRule = {
  code: 'KE5009',
  name: 'versioned-state',
  severity: 'error',
  why: 'A query with state can hardly ever be changed in place: the next version is built beside it, under the next name.',
  check: (linted) => {
    const { statement } = linted;
    if (statement.kind !== 'CreateAsSelect' || !holdsState(statement) || /_V\d+$/i.test(statement.name))
      return [];
    const kind = statement.sourceKind.toLowerCase();
    return [
      {
        span: headSpan(linted),
        message: `${kind} "${statement.name}" holds state, and its name has no version`,
        hint: `Name it ${statement.name.toLowerCase()}_v1.`,
      },
    ];
  },
};

/** Every table that is computed, and a stream that waits for matches within a time. */
function holdsState({ sourceKind, query }: CreateAsSelect): boolean {
  return sourceKind === 'TABLE' || joinsWithin(query.from);
}

function joinsWithin(relation: Relation): boolean {
  return relation.kind === 'Join' && (relation.within !== undefined || joinsWithin(relation.left));
}
