import type { Expression } from '../ast/expressions';
import type { InsertValues } from '../ast/statements';
import { fail, inPhase } from '../analyzer/errors';
import { otherCaseHint } from '../analyzer/scope';
import type { Column, DataSource } from '../catalog/catalog';
import { columnScope, compileExpression } from '../expressions/index';
import { formatExpression } from '../printer/index';
import { casterOf, implicitCasterOf } from '../types/cast';
import type { SqlType, SqlValue } from '../types/sql-type';
import { typesEqual } from '../types/type-rules';
import { formatType } from '../types/type-text';
import type { PlanningContext } from './context';
import type { InsertValuesPlan } from './statement-plan';

const ROWTIME: Column = { name: 'ROWTIME', type: { kind: 'BIGINT' } };

/** INSERT INTO … VALUES: one record, its constant expressions evaluated. */
export function planInsertValues(statement: InsertValues, context: PlanningContext): InsertValuesPlan {
  const source = insertableSource(statement, context);
  return inPhase(`Failed to insert values into '${source.name}'. `, () => {
    const columns = targetColumns(statement, source);
    const values = new Map(
      columns.map((column, i) => [column.name, evaluate(statement.values[i]!, column, context)]),
    );
    requirePrimaryKey(source, values);
    const read = (column: Column): SqlValue => values.get(column.name) ?? null;
    const timestamp = values.get(ROWTIME.name);
    return {
      kind: 'insertValues',
      source,
      key: source.schema.key.map(read),
      value: source.schema.value.map(read),
      timestamp: timestamp === undefined || timestamp === null ? undefined : Number(timestamp),
    };
  });
}

function insertableSource({ target, loc, columns }: InsertValues, { catalog }: PlanningContext): DataSource {
  const source = catalog.getSource(target);
  if (source === undefined) {
    const hint = otherCaseHint(target, catalog);
    return fail(
      'unknownSource',
      `Cannot insert values into an unknown stream/table: \`${target}\`${hint}`,
      loc,
    );
  }
  if (source.isSource)
    fail('insert', `Cannot insert values into read-only ${source.kind.toLowerCase()}: ${source.name}`, loc);
  if (source.topic.window !== undefined)
    fail('insert', 'Cannot insert values into windowed stream/table!', loc);
  const headers = source.schema.headers.map((column) => column.name);
  const named = columns.length === 0 ? headers : headers.filter((name) => columns.includes(name));
  if (named.length > 0) fail('insert', `Cannot insert into HEADER columns: ${named.join(', ')}`, loc);
  return source;
}

/** The columns named, or all in the order of their declaration. */
function targetColumns({ columns, values, loc }: InsertValues, { schema }: DataSource): readonly Column[] {
  const all = [...schema.key, ...schema.value];
  if (columns.length > 0) return columns.map((name) => columnNamed(name, all, loc));
  if (values.length !== all.length) {
    const expected = all.map((column) => `\`${column.name}\``).join(', ');
    const got = values.map(formatExpression).join(', ');
    fail('insert', `Expected a value for each column. Expected Columns: [${expected}]. Got [${got}]`, loc);
  }
  return all;
}

function columnNamed(name: string, columns: readonly Column[], loc: Expression['loc']): Column {
  const found = [...columns, ROWTIME].find((column) => column.name === name);
  if (found !== undefined) return found;
  const hint = `Columns there are: ${columns.map((column) => column.name).join(', ')}.`;
  return fail('unknownColumn', `Column name \`${name}\` does not exist.`, loc, hint);
}

function requirePrimaryKey({ kind, schema }: DataSource, values: ReadonlyMap<string, SqlValue>): void {
  if (kind !== 'TABLE') return;
  const missing = schema.key
    .map((column) => column.name)
    .filter((name) => (values.get(name) ?? null) === null);
  if (missing.length > 0)
    fail('insert', `Value for primary key column(s) ${missing.join(', ')} is required for tables`);
}

function evaluate(node: Expression, column: Column, context: PlanningContext): SqlValue {
  const types = (name: string) => context.catalog.getType(name);
  const compiled = compileExpression(node, columnScope([]), context.functions, types);
  const value = compiled.evaluate([], {
    ...context.evaluation,
    onError: (message) =>
      fail('insert', `Failed to evaluate ${formatExpression(node)}: ${message}`, node.loc),
  });
  if (value === null || compiled.type === null) return null;
  return convert(value, compiled.type, column, node);
}

/** There are no literals of dates and times: they are written as text. */
function isTimeAsText(from: SqlType, to: SqlType): boolean {
  return from.kind === 'STRING' && (to.kind === 'DATE' || to.kind === 'TIME' || to.kind === 'TIMESTAMP');
}

function convert(value: SqlValue, type: SqlType, column: Column, node: Expression): SqlValue {
  if (typesEqual(type, column.type)) return value;
  const cast = isTimeAsText(type, column.type)
    ? casterOf(type, column.type)
    : implicitCasterOf(type, column.type);
  if (cast === undefined) {
    const message = `Expected type ${formatType(column.type)} for field \`${column.name}\` but got ${formatType(type)}(${formatExpression(node)})`;
    return fail('insert', message, node.loc, `Write a value of the column's type, or CAST it.`);
  }
  try {
    return cast(value);
  } catch (error) {
    return fail(
      'insert',
      `Cannot convert ${formatExpression(node)} to ${formatType(column.type)} for \`${column.name}\`: ${(error as Error).message}`,
      node.loc,
    );
  }
}
