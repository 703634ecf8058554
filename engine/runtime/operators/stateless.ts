import type { Column } from '../../catalog/catalog';
import type { Row } from '../contracts';
import type { CompiledExpression, EvalContext } from '../../expressions';
import type { Next, TableView, TaskContext } from '../task-context';

/** A row's new value; null stays null. */
export type RowMapper = (row: Row) => Row;

export function rowMapper(selects: readonly CompiledExpression[], evaluation: EvalContext): RowMapper {
  const count = selects.length;
  return (row) => {
    const result = new Array<unknown>(count);
    for (let i = 0; i < count; i++) result[i] = selects[i]!.evaluate(row, evaluation);
    return result;
  };
}

export function streamSelect(map: RowMapper, next: Next): Next {
  return {
    push: (key, window, value, _old, timestamp) =>
      next.push(key, window, value === null ? null : map(value), null, timestamp),
  };
}

/** Rows for which the condition is true; a tombstone in a stream has no columns and never passes. */
export function streamFilter(accepts: (row: Row) => boolean, next: Next): Next {
  return {
    push(key, window, value, _old, timestamp) {
      if (value !== null && accepts(value)) next.push(key, window, value, null, timestamp);
    },
  };
}

export function tableSelect(map: RowMapper, next: Next): Next {
  const { ignoresOld } = next;
  return {
    ignoresOld,
    push(key, window, value, old, timestamp) {
      const before = old === null || ignoresOld ? null : map(old);
      next.push(key, window, value === null ? null : map(value), before, timestamp);
    },
  };
}

/**
 * A row that does not pass is deleted downstream. Where `knowsOld`, a row that neither passes nor passed before is nothing at all.
 */
export function tableFilter(accepts: (row: Row) => boolean, knowsOld: boolean, next: Next): Next {
  return {
    push(key, window, value, old, timestamp) {
      const passed = value !== null && accepts(value) ? value : null;
      const before = old !== null && !(passed !== null && next.ignoresOld) && accepts(old) ? old : null;
      if (knowsOld && passed === null && before === null) return;
      next.push(key, window, passed, before, timestamp);
    },
  };
}

export function mappedView(view: TableView, map: RowMapper): TableView {
  return {
    get(key) {
      const entry = view.get(key);
      return entry === undefined ? undefined : { value: map(entry.value), timestamp: entry.timestamp };
    },
  };
}

export function filteredView(view: TableView, accepts: (row: Row) => boolean): TableView {
  return {
    get(key) {
      const entry = view.get(key);
      return entry !== undefined && accepts(entry.value) ? entry : undefined;
    },
  };
}

/** One row for each element of the longest result; shorter results are padded with NULL. */
export function flatMap(
  functions: readonly CompiledExpression[],
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const evaluation = context.evaluation(stepContext);
  return {
    push(key, window, value, _old, timestamp) {
      if (value === null) return;
      const results = functions.map((f) => (f.evaluate(value, evaluation) ?? []) as unknown[]);
      const count = Math.max(...results.map((r) => r.length));
      for (let i = 0; i < count; i++) {
        next.push(key, window, [...value, ...results.map((r) => r[i] ?? null)], null, timestamp);
      }
    },
  };
}

/** Where the columns of a step's result come from: their names in a list of parts. */
export function columnIndex(columns: readonly Column[], name: string): number {
  return columns.findIndex((column) => column.name === name);
}
