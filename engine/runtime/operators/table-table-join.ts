import type { JoinType } from '../../ast/statements';
import type { Row } from '../contracts';
import type { Next, TableView } from '../task-context';
import type { RowJoiner } from './joined-row';

/** Which sides must be there for a result. */
interface Needs {
  readonly left: boolean;
  readonly right: boolean;
}

function needsOf(joinType: JoinType): Needs {
  return {
    left: joinType === 'INNER' || joinType === 'LEFT',
    right: joinType === 'INNER' || joinType === 'RIGHT',
  };
}

/**
 * Primary key join of two tables: a change of either side changes the result. The result's time is the later of both sides'.
 */
export function tableTableJoin(
  joinType: JoinType,
  join: RowJoiner,
  views: { readonly left: TableView; readonly right: TableView },
  next: Next,
): { readonly left: Next; readonly right: Next } {
  const needs = needsOf(joinType);
  const flipped: RowJoiner = (key, mine, theirs) => join(key, theirs, mine);
  return {
    left: joinTableSide({ own: needs.left, other: needs.right }, join, views.right, next),
    right: joinTableSide({ own: needs.right, other: needs.left }, flipped, views.left, next),
  };
}

function joinTableSide(
  needs: { readonly own: boolean; readonly other: boolean },
  join: RowJoiner,
  other: TableView,
  next: Next,
): Next {
  return {
    push(key, window, value, old, timestamp) {
      if (key === null) return;
      const match = other.get(key);
      if (match === undefined && (needs.other || (value === null && old === null))) return;
      const theirs = match?.value ?? null;
      const combine = (mine: Row | null): Row | null => {
        if (mine === null && (needs.own || theirs === null)) return null;
        return join(key, mine, theirs);
      };
      next.push(
        key,
        window,
        combine(value),
        combine(old),
        Math.max(timestamp, match?.timestamp ?? timestamp),
      );
    },
  };
}
