import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CreateAsSelect, CreateSource, Query, Statement } from '../ast/statements';
import type { Expression, TypeExpression } from '../ast/expressions';
import { mapChildren } from '../ast/rewrite';
import { walkExpression } from '../ast/walk';
import { builtinFunctions } from '../functions';
import { parseStatements } from '../parser';
import { createSource } from '../source/source';
import { decimalFromDouble, fitDecimal, parseDecimal } from '../types/decimal';
import type { BigDecimal } from '../types/decimal';
import { doubleToLong, longFromBigInt } from '../types/long';
import type { SqlType, SqlValue } from '../types/sql-type';
import { Binder } from './binder';
import { resolveType } from './binding/bind-cast';
import {
  columnScope,
  compileAggregate,
  compileExpression,
  compilePredicate,
  compileTableFunction,
  inferType,
} from './index';
import type { CompiledAggregate } from './index';

/**
 * ksqlDB's published cases with one source, JSON values and no window: their projections, filters and aggregations are
 * evaluated row by row. Whole queries run elsewhere; here a failure points at an expression. Skipped where absent.
 */
interface Case {
  readonly name: string;
  readonly statements: readonly string[];
  readonly inputs?: readonly {
    readonly key?: unknown;
    readonly value?: unknown;
    readonly timestamp?: number;
    readonly window?: unknown;
  }[];
  readonly outputs?: readonly {
    readonly key?: unknown;
    readonly value?: unknown;
    readonly window?: unknown;
  }[];
  readonly expectedException?: unknown;
  readonly format?: readonly string[];
  readonly topics?: readonly unknown[];
}

const FOLDER = join(
  process.env.NAAP_SHARED ?? join(__dirname, '../../../shared'),
  'ksqldb-cases/query-validation-tests',
);
const CONTEXT = { now: () => 1_600_000_000_000, random: () => 0.5, onError: () => undefined };

type Row = readonly SqlValue[];
interface Runnable {
  readonly name: string;
  readonly test: Case;
  readonly source: CreateSource;
  readonly target: CreateAsSelect;
}

function runnableCases(): Runnable[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).flatMap((file) => {
    const { tests } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { tests: Case[] };
    return tests.flatMap((test) => runnable(`${basename(file, '.json')} - ${test.name}`, test) ?? []);
  });
}

function runnable(name: string, test: Case): Runnable | undefined {
  if (test.expectedException !== undefined || test.format !== undefined || test.statements.length !== 2)
    return undefined;
  if (test.inputs?.some((r) => r.window !== undefined || r.value === null) || test.inputs === undefined)
    return undefined;
  const statements: Statement[] = [];
  try {
    statements.push(...parseStatements(createSource(test.statements.join('\n'))).map((p) => p.statement));
  } catch {
    return undefined;
  }
  const [source, target] = statements;
  if (
    /TEST_UD|WHENCONDITION|THROWING|BAD_UDF/i.test(test.statements.join(' ')) ||
    test.name.includes('wrapping from config')
  )
    return undefined;
  if (source?.kind !== 'CreateSource' || target?.kind !== 'CreateAsSelect' || !isPlain(source, target))
    return undefined;
  return { name, test, source, target };
}

function isPlain(source: CreateSource, { query, properties }: CreateAsSelect): boolean {
  const format = JSON.stringify([...source.properties]);
  const nested = query.select.some(
    (item) =>
      item.kind === 'Column' && item.expression.kind !== 'FunctionCall' && usesTableFunction(item.expression),
  );
  const needsMore =
    query.window !== undefined ||
    query.partitionBy !== undefined ||
    query.having !== undefined ||
    query.from.kind !== 'Source';
  const columns = query.select.every((item) => item.kind === 'Column');
  const declared =
    source.sourceKind === 'STREAM' && source.elements.length > 0 && !source.properties.has('TIMESTAMP');
  // Rows of other key formats than JSON's and KAFKA's plain ones, schema ids and the like are left to the whole runner.
  return (
    declared &&
    columns &&
    !nested &&
    !properties.has('TIMESTAMP') &&
    !needsMore &&
    /json|avro/i.test(format) &&
    !/WINDOW|SCHEMA_ID|WRAP|HEADER/i.test(format + JSON.stringify(source.elements)) &&
    keyCount(source) <= 1
  );
}

function usesTableFunction(e: Expression): boolean {
  return [...walkExpression(e)].some(isTableFunction);
}

function keyCount(source: CreateSource): number {
  return source.elements.filter((e) => e.constraint.kind !== 'NONE').length;
}

const binder = new Binder({ resolve: () => undefined }, builtinFunctions);
const typeOf = (type: TypeExpression): SqlType => resolveType(binder, type);

/** JSON as the cases write it, as a value of the type; numbers may be given as text. */
function decode(json: unknown, type: SqlType): SqlValue {
  if (json === null || json === undefined) return null;
  switch (type.kind) {
    case 'BIGINT':
      return typeof json === 'number' ? doubleToLong(json) : longFromBigInt(BigInt(json as string));
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return Math.trunc(Number(json));
    case 'DOUBLE':
      return Number(json);
    case 'DECIMAL':
      return typeof json === 'string'
        ? parseDecimal(json, type)
        : fitDecimal(decimalFromDouble(json as number), type);
    case 'BYTES':
      return Buffer.from(json as string, 'base64');
    case 'STRING':
      return typeof json === 'string' ? json : JSON.stringify(json);
    case 'ARRAY':
      return (json as unknown[]).map((item) => decode(item, type.element));
    case 'MAP':
      return new Map(Object.entries(json).map(([k, v]) => [decode(k, type.key), decode(v, type.value)]));
    case 'STRUCT':
      return type.fields.map((f) => decode(field(json as Record<string, unknown>, f.name), f.type));
    default:
      return json;
  }
}
function field(object: Record<string, unknown>, name: string): unknown {
  const key =
    Object.keys(object).find((k) => k === name) ??
    Object.keys(object).find((k) => k.toUpperCase() === name.toUpperCase());
  return key === undefined ? null : object[key];
}

function unqualify(expression: Expression, source: string): Expression {
  if (expression.kind === 'ColumnRef')
    return { ...expression, qualifier: expression.qualifier === source ? undefined : expression.qualifier };
  return mapChildren(expression, (child) => unqualify(child, source));
}

function isAggregate(e: Expression): boolean {
  return e.kind === 'FunctionCall' && builtinFunctions.isAggregate(e.name);
}
function isTableFunction(e: Expression): boolean {
  return e.kind === 'FunctionCall' && builtinFunctions.isTableFunction(e.name);
}

interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly isKey: boolean;
}

/** Evaluates the SELECT over all rows; values of its columns in order, key columns left out of the comparison. */
function run({ source, target, test }: Runnable): {
  readonly columns: readonly OutputColumn[];
  readonly rows: readonly Row[];
} {
  const pseudo = [
    { name: 'ROWTIME', type: { kind: 'BIGINT' } as const },
    { name: 'ROWPARTITION', type: { kind: 'INTEGER' } as const },
    { name: 'ROWOFFSET', type: { kind: 'BIGINT' } as const },
  ];
  const declared = source.elements.map((e) => ({
    name: e.name,
    type: typeOf(e.type),
    isKey: e.constraint.kind !== 'NONE',
  }));
  const scope = columnScope([...declared, ...pseudo]);
  const { query } = target;
  const generated = { count: 0 };
  const names = new Map<string, number>();
  const select = query.select.map((item) =>
    item.kind === 'Column' ? toItem(item.expression, item.alias) : fail(),
  );
  const keep =
    query.where === undefined
      ? () => true
      : compilePredicate(
          unqualify(query.where, (query.from as { alias: string }).alias),
          scope,
          builtinFunctions,
        );
  const inputs = (test.inputs ?? [])
    .map((record, offset) => rowOf(record, declared, offset))
    .filter((row) => keep(row, CONTEXT));
  const columns = select.map(({ name, expression }) => ({
    name,
    type: inferType(expression, scope, builtinFunctions) ?? { kind: 'STRING' as const },
    isKey: isKeyColumn(expression, query, declared),
  }));
  if (query.groupBy !== undefined) return { columns, rows: aggregateRows(select, query, inputs) };
  if (select.some(({ expression }) => isTableFunction(expression)))
    return { columns, rows: inputs.flatMap((row) => exploded(select, row)) };
  const compiled = select.map(({ expression }) => compileExpression(expression, scope, builtinFunctions));
  return { columns, rows: inputs.map((row) => compiled.map((c) => c.evaluate(row, CONTEXT))) };

  function toItem(expression: Expression, alias: string | undefined) {
    const plain = unqualify(expression, (query.from as { alias: string }).alias);
    const base =
      alias ??
      (plain.kind === 'ColumnRef' ? plain.name : plain.kind === 'Dereference' ? plain.field : undefined);
    if (base === undefined) return { name: `KSQL_COL_${generated.count++}`, expression: plain };
    const clashes = names.get(base) ?? 0;
    names.set(base, clashes + 1);
    return { name: clashes === 0 ? base : `${base}_${clashes}`, expression: plain };
  }

  function exploded(items: readonly { expression: Expression }[], row: Row): Row[] {
    const parts = items.map(({ expression }) =>
      isTableFunction(expression)
        ? compileTableFunction(
            expression as Extract<Expression, { kind: 'FunctionCall' }>,
            scope,
            builtinFunctions,
          ).evaluate(row, CONTEXT)
        : [compileExpression(expression, scope, builtinFunctions).evaluate(row, CONTEXT)],
    );
    const count = Math.max(
      0,
      ...parts.filter((_, i) => isTableFunction(items[i]!.expression)).map((p) => p.length),
    );
    return Array.from({ length: count }, (_, at) =>
      parts.map((p, i) => (isTableFunction(items[i]!.expression) ? (p[at] ?? null) : p[0])),
    );
  }

  function aggregateRows(
    items: readonly { expression: Expression }[],
    { groupBy }: Query,
    rows: readonly Row[],
  ): Row[] {
    const keys = groupBy!.map((e) =>
      compileExpression(unqualify(e, (query.from as { alias: string }).alias), scope, builtinFunctions),
    );
    const aggregates = items.map(({ expression }) =>
      isAggregate(expression)
        ? compileAggregate(
            expression as Extract<Expression, { kind: 'FunctionCall' }>,
            scope,
            builtinFunctions,
          )
        : undefined,
    );
    const states = new Map<string, unknown[]>();
    return rows.flatMap((row) => {
      const values = keys.map((k) => k.evaluate(row, CONTEXT));
      if (values.some((v) => v === null)) return [];
      const key = JSON.stringify(values.map(String));
      const before = states.get(key) ?? aggregates.map((a) => a?.init() as unknown);
      const after = aggregates.map((a, i) =>
        a === undefined ? undefined : (a.add(before[i], row, CONTEXT) as unknown),
      );
      states.set(key, after);
      return [items.map(({ expression }, i) => aggregateValue(aggregates[i], after[i], expression, row))];
    });
  }

  function aggregateValue(
    aggregate: CompiledAggregate | undefined,
    state: unknown,
    expression: Expression,
    row: Row,
  ): SqlValue {
    return aggregate === undefined
      ? compileExpression(expression, scope, builtinFunctions).evaluate(row, CONTEXT)
      : aggregate.result(state);
  }
}

function fail(): never {
  throw new Error('not a plain select item');
}

function isKeyColumn(
  e: Expression,
  query: Query,
  declared: readonly { name: string; isKey: boolean }[],
): boolean {
  if (query.groupBy !== undefined) return !isAggregate(e);
  return e.kind === 'ColumnRef' && declared.some((c) => c.name === e.name && c.isKey);
}

function rowOf(
  record: { key?: unknown; value?: unknown; timestamp?: number },
  declared: readonly { name: string; type: SqlType; isKey: boolean }[],
  offset: number,
): Row {
  const wrapped =
    typeof record.value === 'object' && record.value !== null
      ? (record.value as Record<string, unknown>)
      : {};
  const values = declared.map((column) => {
    const json = column.isKey ? (record.key ?? null) : field(wrapped, column.name);
    try {
      return decode(json, column.type);
    } catch {
      return null;
    }
  });
  return [...values, record.timestamp ?? 0, 0, offset];
}

/** Numbers compare by value: the cases write 1, 1.0 and "1" alike. */
function expectSame(actual: SqlValue, expected: unknown, type: SqlType): void {
  const wanted =
    expected === 'NaN' || expected === 'Infinity' || expected === '-Infinity' ? Number(expected) : expected;
  expect(normalize(actual, type)).toEqual(normalize(decode(wanted, type), type));
}
function normalize(value: SqlValue, type: SqlType): unknown {
  if (value === null || value === undefined) return null;
  if (type.kind === 'DECIMAL') return (value as BigDecimal).toPlainString();
  if (type.kind === 'BYTES') return (value as Buffer).toString('hex');
  if (type.kind === 'ARRAY') return (value as SqlValue[]).map((v) => normalize(v, type.element));
  if (type.kind === 'MAP')
    return Object.fromEntries(
      [...(value as Map<string, SqlValue>)].map(([k, v]) => [k, normalize(v, type.value)]),
    );
  if (type.kind === 'STRUCT') return type.fields.map((f, i) => normalize((value as SqlValue[])[i], f.type));
  return Object.is(value, -0) ? 0 : value;
}

const cases = runnableCases();
const skipped = '%s (skipped: ksqldb-cases is not there; set NAAP_SHARED)';
const withCases = cases.length === 0 ? test.skip : test.each(cases.map((c) => [c.name, c] as const));

(
  withCases as jest.Each extends never
    ? never
    : (name: string, body: (name: string, c: Runnable) => void) => void
)(cases.length === 0 ? skipped : '%s', (_name, c) => {
  const { columns, rows } = run(c);
  const outputs = c.test.outputs ?? [];
  expect(rows).toHaveLength(outputs.length);
  rows.forEach((row, at) => {
    const value = outputs[at]!.value;
    columns.forEach((column, i) => {
      if (column.isKey) return;
      const alone =
        columns.filter((x) => !x.isKey).length === 1 && (typeof value !== 'object' || value === null);
      expectSame(row[i], alone ? value : field(value as Record<string, unknown>, column.name), column.type);
    });
  });
});
