import type { Row } from '../contracts';
import type { CompiledExpression } from '../../expressions';
import type { Next, TaskContext } from '../task-context';

type GroupKey = (row: Row) => Row | null;

/** The group of a row; none where any of its parts is NULL: such rows are left out and reported. */
function groupKey(
  groupBy: readonly CompiledExpression[],
  context: TaskContext,
  stepContext: string,
): GroupKey {
  const evaluation = context.evaluation(stepContext);
  return (row) => {
    const key = new Array<unknown>(groupBy.length);
    for (let i = 0; i < groupBy.length; i++) {
      key[i] = groupBy[i]!.evaluate(row, evaluation);
      if (key[i] === null) {
        evaluation.onError(
          `Group-by column with index ${i} resolved to null. The source row will be excluded from the table.`,
          undefined,
        );
        return null;
      }
    }
    return key;
  };
}

export function streamGroupBy(
  groupBy: readonly CompiledExpression[],
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const keyOf = groupKey(groupBy, context, stepContext);
  return {
    push(_key, window, value, _old, timestamp) {
      const group = value === null ? null : keyOf(value);
      if (group !== null) next.push(group, window, value, null, timestamp);
    },
  };
}

/** GROUP BY the key as it is: no new key is made, rows without one are left out. */
export function streamGroupByKey(next: Next): Next {
  return {
    push(key, window, value, _old, timestamp) {
      if (key !== null && value !== null) next.push(key, window, value, null, timestamp);
    },
  };
}

/** A change moves between groups: taken back from the old one, then added to the new one; one change where the group stays. */
export function tableGroupBy(
  groupBy: readonly CompiledExpression[],
  sameGroup: (a: Row, b: Row) => boolean,
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const keyOf = groupKey(groupBy, context, stepContext);
  return {
    push(_key, _window, value, old, timestamp) {
      const before = old === null ? null : keyOf(old);
      const after = value === null ? null : keyOf(value);
      if (before !== null && after !== null && sameGroup(before, after)) {
        next.push(after, null, value, old, timestamp);
        return;
      }
      if (before !== null) next.push(before, null, null, old, timestamp);
      if (after !== null) next.push(after, null, value, null, timestamp);
    },
  };
}
