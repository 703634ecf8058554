import type { Column } from '../../catalog/catalog';
import type { Row } from '../contracts';
import type { CompiledExpression, EvalContext } from '../../expressions';
import type { Next, TaskContext } from '../task-context';
import { columnIndex } from './stateless';

export interface SelectKeyParts {
  readonly keys: readonly CompiledExpression[];
  readonly sourceValue: readonly Column[];
  readonly sourceKey: readonly Column[];
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly context: string;
}

/** Gives each row a new key; the key a row had stays with it where the new schema has it as a value column. */
export function selectKey(parts: SelectKeyParts, context: TaskContext, next: Next): Next {
  const evaluation = context.evaluation(parts.context);
  const project = projection(parts);
  const rowOfTombstone = tombstoneRow(parts);
  return {
    push(key, window, value, old, timestamp) {
      const newKey = newKeyOf(parts.keys, value ?? rowOfTombstone(key), evaluation);
      next.push(newKey, window, value === null ? null : project(value, key, newKey), old, timestamp);
    },
  };
}

/** A single NULL is no key; several columns are one, even if all are NULL. */
function newKeyOf(keys: readonly CompiledExpression[], row: Row, evaluation: EvalContext): Row | null {
  if (keys.length === 0) return null;
  const key = keys.map((expression) => expression.evaluate(row, evaluation));
  return key.length === 1 && key[0] === null ? null : key;
}

/** A record without a value still has its key: the copies of its columns, all else NULL. */
function tombstoneRow({ sourceValue, sourceKey }: SelectKeyParts): (key: Row | null) => Row {
  const inKey = sourceValue.map(({ name }) => columnIndex(sourceKey, name));
  return (key) => inKey.map((index) => (index < 0 ? null : (key?.[index] ?? null)));
}

function projection(parts: SelectKeyParts): (value: Row, oldKey: Row | null, newKey: Row | null) => Row {
  const { sourceValue, sourceKey, key, value } = parts;
  const unchanged =
    value.length === sourceValue.length && value.every((c, i) => c.name === sourceValue[i]!.name);
  if (unchanged) return (row) => row;
  const picks = value.map(({ name }) => {
    const [inValue, inOld, inNew] = [
      columnIndex(sourceValue, name),
      columnIndex(sourceKey, name),
      columnIndex(key, name),
    ];
    if (inValue >= 0) return (row: Row) => row[inValue];
    if (inOld >= 0) return (_row: Row, oldKey: Row | null) => oldKey?.[inOld] ?? null;
    return (_row: Row, _old: Row | null, newKey: Row | null) => newKey?.[inNew] ?? null;
  });
  return (row, oldKey, newKey) => picks.map((pick) => pick(row, oldKey, newKey));
}
