import type { Expression, FunctionCall, Lambda, TypeExpression } from '../ast/expressions';
import type { FunctionRegistry, ResolvedFunction } from '../functions/registry';
import type { ArgumentType } from '../functions/resolve';
import type { CallTypes, Implementation } from '../functions/function-row';
import { assertNever } from '../source/assert-never';
import { parseBooleanExact } from '../types/cast';
import { Big, decimalArithmetic, decimalLiteralType, decimalResultType, fitDecimal } from '../types/decimal';
import type { BigDecimal } from '../types/decimal';
import { longFromBigInt } from '../types/long';
import { casterOf, implicitCasterOf } from '../types/cast';
import { comparatorOf, equalityOf } from '../types/compare';
import type { SqlType, SqlValue } from '../types/sql-type';
import { parseDateText, parseTimeText, parseTimestampText } from '../types/temporal-text';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  STRING,
  TIMESTAMP,
  asDecimalType,
  isNumeric,
  typesEqual,
  widerDecimal,
} from '../types/type-rules';
import { formatType, formatTypeOrNull } from '../types/type-text';
import type { ArithmeticCode, Bound, Comparing } from './bound';
import { commonTypeOf } from './coercion';
import type { TypedExpression } from './coercion';
import { failExpression, failStatement } from './errors';
import { formatExpression } from '../printer';
import { likeMatcher } from './like';
import type { ColumnScope, TypeResolver } from './scope';

const COMPARISON_NAMES = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
  'IS NOT DISTINCT FROM': 'IS_NOT_DISTINCT_FROM',
} as const;

/** BIGINT columns that compare with timestamps written as text. */
const TIME_COLUMN = /(?:^|_)(?:ROWTIME|WINDOWSTART|WINDOWEND)$/;

type Parameters = ReadonlyMap<string, { readonly id: number; readonly type: SqlType }>;

/** Checks expressions against one scope and gives them as {@link Bound} trees. Throws KsqlError in ksqlDB's wording. */
export class Binder {
  private nextId = 0;
  private readonly known = new WeakMap<Expression, Bound>();

  constructor(
    private readonly scope: ColumnScope,
    private readonly registry: FunctionRegistry,
    private readonly types?: TypeResolver,
    private readonly parameters: Parameters = new Map(),
  ) {}

  /** Remembers what it gave: calls ask for an argument's type first and for the argument later. */
  bind(e: Expression): Bound {
    const known = this.known.get(e);
    if (known !== undefined) return known;
    const bound = this.bindNew(e);
    this.known.set(e, bound);
    return bound;
  }

  private bindNew(e: Expression): Bound {
    switch (e.kind) {
      case 'NullLiteral':
        return constant(null, null);
      case 'BooleanLiteral':
        return constant(e.value, BOOLEAN);
      case 'IntegerLiteral':
        return constant(e.value, INTEGER);
      case 'LongLiteral':
        return constant(e.value, BIGINT);
      case 'DoubleLiteral':
        return constant(e.value, DOUBLE);
      case 'DecimalLiteral':
        return constant(Big(e.text), decimalLiteralType(e.text));
      case 'StringLiteral':
        return constant(e.value, STRING);
      case 'ColumnRef':
        return this.column(e);
      case 'Dereference':
        return this.dereference(e);
      case 'Subscript':
        return this.subscript(e);
      case 'ArithmeticBinary':
        return this.arithmetic(e);
      case 'ArithmeticUnary':
        return this.unary(e);
      case 'Comparison':
        return this.comparison(e);
      case 'LogicalBinary':
        return {
          kind: 'Logical',
          op: e.op,
          left: this.condition(e.left, e),
          right: this.condition(e.right, e),
          type: BOOLEAN,
        };
      case 'Not':
        return { kind: 'Not', operand: this.condition(e.operand, e), type: BOOLEAN };
      case 'IsNull':
        return { kind: 'IsNull', operand: this.bind(e.operand), negated: e.negated, type: BOOLEAN };
      case 'Like':
        return this.like(e);
      case 'Between':
        return this.between(e);
      case 'InList':
        return this.inList(e);
      case 'SearchedCase':
        return this.searchedCase(e);
      case 'SimpleCase':
        return failExpression(
          'KE2406',
          `Only the searched form of CASE is supported: ${formatExpression(e)}`,
          e.loc,
          'Write CASE WHEN x = value THEN … END.',
        );
      case 'Cast':
        return this.cast(e);
      case 'FunctionCall':
        return this.call(e);
      case 'CreateArray':
        return this.createArray(e);
      case 'CreateMap':
        return this.createMap(e);
      case 'CreateStruct':
        return this.createStruct(e);
      case 'Lambda':
      case 'TimeUnitLiteral':
        return failExpression(
          'KE2404',
          `${formatExpression(e)} can only be an argument of a function`,
          e.loc,
        );
      default:
        return assertNever(e, 'expression');
    }
  }

  typeOf(e: Expression): SqlType | null {
    return this.bind(e).type;
  }

  private column(e: Extract<Expression, { kind: 'ColumnRef' }>): Bound {
    const parameter = e.qualifier === undefined ? this.parameters.get(e.name) : undefined;
    if (parameter !== undefined) return { kind: 'LambdaParameter', id: parameter.id, type: parameter.type };
    const column = this.scope.resolve(e.name);
    if (column === undefined)
      return failExpression('KE2405', `Unknown column ${formatExpression(e)}.`, e.loc);
    return { kind: 'Column', index: column.index, type: column.type };
  }

  private dereference(e: Extract<Expression, { kind: 'Dereference' }>): Bound {
    const base = this.bind(e.base);
    if (base.type?.kind !== 'STRUCT') {
      return failExpression('KE2404', `Expected STRUCT type, got: ${formatTypeOrNull(base.type)}`, e.loc);
    }
    const index = base.type.fields.findIndex((f) => f.name === e.field);
    if (index < 0) {
      return failExpression(
        'KE2405',
        `Could not find field '${e.field}' in '${formatExpression(e.base)}'.`,
        e.loc,
      );
    }
    return { kind: 'Field', base, index, type: base.type.fields[index]!.type };
  }

  private subscript(e: Extract<Expression, { kind: 'Subscript' }>): Bound {
    const [base, index] = [this.bind(e.base), this.bind(e.index)];
    if (base.type?.kind === 'MAP')
      return apply(mapElement, [base, this.convert(index, base.type.key, e.index)], base.type.value);
    if (base.type?.kind === 'ARRAY')
      return apply(arrayElement, [base, this.convert(index, INTEGER, e.index)], base.type.element);
    return failExpression('KE2404', `Expected ARRAY or MAP type, got: ${formatTypeOrNull(base.type)}`, e.loc);
  }

  private arithmetic(e: Extract<Expression, { kind: 'ArithmeticBinary' }>): Bound {
    const [left, right] = [this.bind(e.left), this.bind(e.right)];
    if (left.type === null || right.type === null) {
      const types = `${formatTypeOrNull(left.type)} and ${formatTypeOrNull(right.type)}`;
      const message = `Error processing expression: ${formatExpression(e)}. Arithmetic on types ${types} are not supported.`;
      return failStatement(message, e);
    }
    const [l, r] = [left.type, right.type];
    if (e.op === '+' && l.kind === 'STRING' && r.kind === 'STRING')
      return arithmetic('concat', left, right, STRING);
    if (!isNumeric(l) || !isNumeric(r)) {
      return failStatement(
        `Error processing expression: ${formatExpression(e)}. Unsupported arithmetic types. ${l.kind} ${r.kind}`,
        e,
      );
    }
    if (l.kind === 'DOUBLE' || r.kind === 'DOUBLE')
      return arithmetic(`double${e.op}`, convert(left, DOUBLE), convert(right, DOUBLE), DOUBLE);
    if (l.kind === 'DECIMAL' || r.kind === 'DECIMAL') return decimalOperation(e.op, left, right);
    if (l.kind === 'BIGINT' || r.kind === 'BIGINT') return arithmetic(`long${e.op}`, left, right, BIGINT);
    return arithmetic(`int${e.op}`, left, right, INTEGER);
  }

  private unary(e: Extract<Expression, { kind: 'ArithmeticUnary' }>): Bound {
    const operand = this.bind(e.operand);
    if (operand.type === null) return operand;
    if (!isNumeric(operand.type)) {
      return failStatement(
        `Unary ${e.op === '-' ? 'negation' : 'plus'} is not supported for type ${formatType(operand.type)}`,
        e,
      );
    }
    if (e.op === '+') return operand;
    if (operand.kind === 'Constant') return constant(negate(operand.value, operand.type), operand.type);
    if (operand.type.kind === 'INTEGER') return arithmetic('int-', constant(0, INTEGER), operand, INTEGER);
    if (operand.type.kind === 'BIGINT') return arithmetic('long-', constant(0, BIGINT), operand, BIGINT);
    const { type } = operand;
    return failingOnNull((value: SqlValue) => negate(value, type), [operand], type);
  }

  private comparison(e: Extract<Expression, { kind: 'Comparison' }>): Bound {
    const nullSafe = e.op === 'IS DISTINCT FROM' || e.op === 'IS NOT DISTINCT FROM';
    const op = e.op === 'IS DISTINCT FROM' ? '<>' : e.op === 'IS NOT DISTINCT FROM' ? '=' : e.op;
    if (!nullSafe && (e.left.kind === 'NullLiteral' || e.right.kind === 'NullLiteral'))
      return this.failNullComparison(e);
    const sides = this.comparable(e.left, e.right, op);
    if (sides !== undefined) return { kind: 'Compare', op, ...sides, nullSafe, type: BOOLEAN };
    return this.failComparison(e);
  }

  /** Such a comparison is never TRUE: its author meant IS NULL. */
  private failNullComparison(e: Extract<Expression, { kind: 'Comparison' }>): never {
    const [l, r] = [e.left, e.right].map((x) => formatTypeOrNull(this.typeOf(x)).replace('null', 'NULL'));
    return failStatement(
      `Comparison with NULL not supported: ${l} ${e.op} ${r}\nUse 'IS NULL' or 'IS NOT NULL' instead.`,
      e,
    );
  }

  private failComparison(e: Extract<Expression, { kind: 'Comparison' }>): never {
    const [l, r] = [e.left, e.right].map(
      (x) => `${formatExpression(x)} (${formatTypeOrNull(this.typeOf(x))})`,
    );
    return failStatement(`Cannot compare ${l} to ${r} with ${COMPARISON_NAMES[e.op]}.`, e);
  }

  /** Both sides brought to one type, and how that type compares; undefined where they do not compare. */
  private comparable(
    leftExpression: Expression,
    rightExpression: Expression,
    op: string,
  ): ComparableSides | undefined {
    const left = this.withTimeText(this.bind(leftExpression), leftExpression, rightExpression);
    const right = this.withTimeText(this.bind(rightExpression), rightExpression, leftExpression);
    return comparableSides(left, right, op === '=' || op === '<>');
  }

  /** ROWTIME and the window bounds are BIGINT; a text literal beside them is a timestamp. */
  private withTimeText(bound: Bound, e: Expression, other: Expression): Bound {
    if (e.kind !== 'StringLiteral' || !this.isTimeColumn(other)) return bound;
    try {
      return constant(parseTimestampText(e.value), BIGINT);
    } catch (error) {
      return failExpression(
        'KE2404',
        `Failed to parse timestamp '${e.value}': ${(error as Error).message}`,
        e.loc,
      );
    }
  }

  private isTimeColumn(e: Expression): boolean {
    return e.kind === 'ColumnRef' && TIME_COLUMN.test(e.name) && this.typeOf(e)?.kind === 'BIGINT';
  }

  private condition(e: Expression, parent: Expression): Bound {
    const bound = this.bind(e);
    if (bound.type === null || bound.type.kind === 'BOOLEAN') return bound;
    return failStatement(
      `Unsupported expression: ${formatExpression(e)} is ${formatType(bound.type)} where BOOLEAN is expected`,
      parent,
    );
  }

  private like(e: Extract<Expression, { kind: 'Like' }>): Bound {
    const [value, pattern] = [this.bind(e.value), this.bind(e.pattern)];
    for (const [operand, bound] of [
      [e.value, value],
      [e.pattern, pattern],
    ] as const) {
      if (bound.type !== null && bound.type.kind !== 'STRING') {
        return failStatement(
          `Like expression requires STRING types: ${formatExpression(operand)} is ${formatType(bound.type)}`,
          e,
        );
      }
    }
    return negated(
      apply(
        likeMatcher(pattern.kind === 'Constant' ? pattern.value : undefined, e.escape),
        [value, pattern],
        BOOLEAN,
      ),
      e.negated,
    );
  }

  /** `x BETWEEN a AND b` is `x >= a AND x <= b` with x evaluated once. */
  private between(e: Extract<Expression, { kind: 'Between' }>): Bound {
    const value = this.bind(e.value);
    const id = this.nextId++;
    const simple = value.kind === 'Column' || value.kind === 'Constant' || value.kind === 'LambdaParameter';
    const once: Bound = simple ? value : { kind: 'Reuse', id, type: value.type };
    const low = this.bound(e, '>=', once, e.low);
    const high = this.bound(e, '<=', once, e.high);
    const both: Bound = { kind: 'Logical', op: 'AND', left: low, right: high, type: BOOLEAN };
    return negated(simple ? both : { kind: 'Let', id, value, body: both, type: BOOLEAN }, e.negated);
  }

  private bound(
    e: Extract<Expression, { kind: 'Between' }>,
    op: '>=' | '<=',
    value: Bound,
    limit: Expression,
  ): Bound {
    const sides = comparableSides(value, this.withTimeText(this.bind(limit), limit, e.value), false);
    if (sides !== undefined) return { kind: 'Compare', op, ...sides, nullSafe: false, type: BOOLEAN };
    return this.failComparison({ kind: 'Comparison', op, left: e.value, right: limit, loc: e.loc });
  }

  private inList(e: Extract<Expression, { kind: 'InList' }>): Bound {
    const typed = [e.value, ...e.items].map((x) => this.typed(x));
    const common = commonTypeOf(typed, (x) => this.typeOf(x), 'Invalid Predicate: ');
    if (common === null) return constant(e.negated, BOOLEAN);
    const id = this.nextId++;
    const tests = e.items
      .filter((item) => item.kind !== 'NullLiteral')
      .map((item) => equalTo({ kind: 'Reuse', id, type: common }, this.coerce(item, common), common));
    const any = tests.reduce<Bound>(
      (left, right) => ({ kind: 'Logical', op: 'OR', left, right, type: BOOLEAN }),
      constant(false, BOOLEAN),
    );
    return negated(
      { kind: 'Let', id, value: this.coerce(e.value, common), body: any, type: BOOLEAN },
      e.negated,
    );
  }

  private typed(expression: Expression): TypedExpression {
    return { expression, type: this.typeOf(expression) };
  }

  /** Binds an item of a list at the list's common type, constructors through and through. */
  private coerce(e: Expression, type: SqlType): Bound {
    if (e.kind === 'StringLiteral' && type.kind !== 'STRING')
      return constant(readText(e.value.trim(), type), type);
    if (e.kind === 'CreateArray' && type.kind === 'ARRAY') {
      return { kind: 'MakeArray', items: e.items.map((item) => this.coerce(item, type.element)), type };
    }
    if (e.kind === 'CreateMap' && type.kind === 'MAP') {
      const entries = e.entries.map((x) => ({
        key: this.coerce(x.key, type.key),
        value: this.coerce(x.value, type.value),
      }));
      return { kind: 'MakeMap', entries, type };
    }
    if (e.kind === 'CreateStruct' && type.kind === 'STRUCT') {
      const items = type.fields.map((f) => {
        const field = e.fields.find((x) => x.name === f.name);
        return field === undefined ? constant(null, f.type) : this.coerce(field.value, f.type);
      });
      return { kind: 'MakeArray', items, type };
    }
    return convert(this.bind(e), type);
  }

  private searchedCase(e: Extract<Expression, { kind: 'SearchedCase' }>): Bound {
    const whens = e.whens.map((w) => ({ when: this.whenCondition(w.condition), then: this.bind(w.result) }));
    const otherwise = e.otherwise === undefined ? constant(null, null) : this.bind(e.otherwise);
    const type =
      this.thenType(
        e,
        whens.map((w) => w.then.type),
      ) ?? otherwise.type;
    if (type === null)
      return failExpression('KE2406', 'Invalid Case expression. All case branches have NULL type', e.loc);
    if (otherwise.type !== null && !typesEqual(type, otherwise.type)) {
      return failExpression(
        'KE2406',
        `Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses. ` +
          `THEN type: ${formatType(type)}. DEFAULT type: ${formatType(otherwise.type)}.`,
        e.loc,
        'Cast the branches to one type.',
      );
    }
    return { kind: 'Case', whens, otherwise, type };
  }

  private whenCondition(e: Expression): Bound {
    const bound = this.bind(e);
    if (bound.type === null || bound.type.kind === 'BOOLEAN') return bound;
    return failExpression(
      'KE2406',
      `WHEN operand type should be boolean.\nType for '${formatExpression(e)}' is ${formatType(bound.type)}`,
      e.loc,
    );
  }

  private thenType(
    e: Extract<Expression, { kind: 'SearchedCase' }>,
    types: readonly (SqlType | null)[],
  ): SqlType | null {
    const first = types.find((type) => type !== null) ?? null;
    const odd = types.findIndex((type) => type !== null && first !== null && !typesEqual(type, first));
    if (first === null || odd < 0) return first;
    const result = e.whens[odd]!.result;
    return failExpression(
      'KE2406',
      `Invalid Case expression. Type for all 'THEN' clauses should be the same.\n` +
        `THEN expression '${formatExpression(result)}' has type: ${formatType(types[odd]!)}.\n` +
        `Previous THEN expression(s) type: ${formatType(first)}.`,
      result.loc,
      'Cast the branches to one type.',
    );
  }

  private cast(e: Extract<Expression, { kind: 'Cast' }>): Bound {
    const operand = this.bind(e.operand);
    const type = this.resolveType(e.type);
    if (operand.type === null) return constant(null, type);
    const caster = casterOf(operand.type, type);
    if (caster === undefined) {
      return failStatement(`Cast of ${formatType(operand.type)} to ${formatType(type)} is not supported`, e);
    }
    return typesEqual(operand.type, type)
      ? operand
      : { kind: 'Convert', caster, operand, guarded: true, type };
  }

  resolveType(type: TypeExpression): SqlType {
    switch (type.kind) {
      case 'BuiltIn':
        return type.type;
      case 'Custom':
        return (
          this.types?.(type.name) ??
          failExpression('KE2404', `Cannot resolve unknown type: ${type.name}`, type.loc)
        );
      case 'ArrayOf':
        return { kind: 'ARRAY', element: this.resolveType(type.element) };
      case 'MapOf':
        return { kind: 'MAP', key: this.resolveType(type.key), value: this.resolveType(type.value) };
      case 'StructOf':
        return {
          kind: 'STRUCT',
          fields: type.fields.map((f) => ({ name: f.name, type: this.resolveType(f.type) })),
        };
      default:
        return assertNever(type, 'type');
    }
  }

  /** The variant of a function that a call means, any kind of function. */
  resolveCall(e: FunctionCall): ResolvedFunction {
    const row = this.registry.get(e.name);
    const args =
      row.name === 'COUNT' && e.args.length === 0 ? [BIGINT] : e.args.map((arg) => this.argumentType(arg));
    return this.registry.resolve(e.name, args);
  }

  private argumentType(e: Expression): ArgumentType {
    if (e.kind === 'TimeUnitLiteral') return { kind: 'INTERVAL UNIT' };
    if (e.kind !== 'Lambda') return this.typeOf(e);
    return {
      kind: 'LAMBDA',
      parameterCount: e.parameters.length,
      infer: (inputs) => this.inLambda(e, inputs).binder.typeOf(e.body),
    };
  }

  private inLambda(
    e: Lambda,
    inputs: readonly SqlType[],
  ): { readonly binder: Binder; readonly ids: readonly number[] } {
    const ids = e.parameters.map(() => this.nextId++);
    const own = e.parameters.map((name, i) => [name, { id: ids[i]!, type: inputs[i]! }] as const);
    const binder = new Binder(this.scope, this.registry, this.types, new Map([...this.parameters, ...own]));
    binder.nextId = this.nextId;
    return { binder, ids };
  }

  private call(e: FunctionCall): Bound {
    const resolved = this.resolveCall(e);
    const { row } = resolved;
    if (row.type === 'AGGREGATE') return { kind: 'Constant', value: null, type: resolved.result };
    const args = this.arguments(e, resolved);
    const implementation = makeImplementation(resolved);
    return {
      kind: 'Apply',
      call: implementation,
      args,
      nulls: row.nulls,
      context: row.type === 'SCALAR' && row.usesContext,
      type: resolved.result,
    };
  }

  /** Arguments converted to the types of the resolved variant. */
  arguments(e: FunctionCall, resolved: ResolvedFunction): readonly Bound[] {
    let lambdas = 0;
    return e.args.map((arg, i) => {
      if (arg.kind === 'Lambda') return this.lambda(arg, resolved.lambdas[lambdas++]!);
      if (arg.kind === 'TimeUnitLiteral') return constant(arg.unit, null);
      const bound = this.bind(arg);
      const type = resolved.args[i] ?? null;
      return type === null ? bound : convert(bound, type);
    });
  }

  private lambda(e: Lambda, types: ResolvedFunction['lambdas'][number]): Bound {
    const { binder, ids } = this.inLambda(e, types.inputs);
    const body = convert(binder.bind(e.body), types.result);
    this.nextId = binder.nextId;
    return { kind: 'Lambda', parameters: ids, body, type: null };
  }

  private createArray(e: Extract<Expression, { kind: 'CreateArray' }>): Bound {
    if (e.items.length === 0) {
      return failExpression(
        'KE2404',
        'Array constructor cannot be empty. Please supply at least one element (see https://github.com/confluentinc/ksql/issues/4239).',
        e.loc,
      );
    }
    const element = commonTypeOf(
      e.items.map((item) => this.typed(item)),
      (x) => this.typeOf(x),
    );
    if (element === null) {
      return failExpression(
        'KE2404',
        'Cannot construct an array with all NULL elements (see https://github.com/confluentinc/ksql/issues/4239). ' +
          'As a workaround, you may cast a NULL value to the desired type.',
        e.loc,
      );
    }
    return this.coerce(e, { kind: 'ARRAY', element });
  }

  private createMap(e: Extract<Expression, { kind: 'CreateMap' }>): Bound {
    if (e.entries.length === 0) {
      return failExpression(
        'KE2404',
        'Map constructor cannot be empty. Please supply at least one key value pair (see https://github.com/confluentinc/ksql/issues/4239).',
        e.loc,
      );
    }
    const key = commonTypeOf(
      e.entries.map((x) => this.typed(x.key)),
      (x) => this.typeOf(x),
    );
    const value = commonTypeOf(
      e.entries.map((x) => this.typed(x.value)),
      (x) => this.typeOf(x),
    );
    if (key === null) return failExpression('KE2404', 'Cannot construct a map with all NULL keys', e.loc);
    if (value === null) {
      return failExpression(
        'KE2404',
        'Cannot construct a map with all NULL values (see https://github.com/confluentinc/ksql/issues/4239). As a workaround, you may cast a NULL value to the desired type.',
        e.loc,
      );
    }
    return this.coerce(e, { kind: 'MAP', key, value });
  }

  private createStruct(e: Extract<Expression, { kind: 'CreateStruct' }>): Bound {
    const duplicate = e.fields.find((f, i) => e.fields.findIndex((x) => x.name === f.name) < i);
    if (duplicate !== undefined) {
      return failExpression(
        'KE2404',
        `Duplicate field names found in STRUCT: '${formatExpression(e)}'`,
        e.loc,
      );
    }
    const items = e.fields.map((f) => ({ name: f.name, bound: this.bind(f.value) }));
    const fields = items.map(({ name, bound }) => ({ name, type: bound.type ?? STRING }));
    return { kind: 'MakeArray', items: items.map((x) => x.bound), type: { kind: 'STRUCT', fields } };
  }

  private convert(bound: Bound, type: SqlType, e: Expression): Bound {
    if (bound.type === null || implicitCasterOf(bound.type, type) !== undefined) return convert(bound, type);
    if (bound.type.kind === 'BIGINT' && type.kind === 'INTEGER') return convert(bound, type);
    return failExpression(
      'KE2404',
      `Expected ${formatType(type)} type, got: ${formatType(bound.type)} for ${formatExpression(e)}`,
      e.loc,
    );
  }
}

export function makeImplementation(resolved: ResolvedFunction): Implementation {
  const types: CallTypes = {
    args: resolved.args,
    result: resolved.result ?? STRING,
    lambdas: resolved.lambdas.map((l) => l.result),
  };
  const { row } = resolved;
  if (row.type === 'AGGREGATE') throw new Error(`${row.name} is an aggregate`);
  return row.variants.find((v) => v === resolved.variant)!.make(types);
}

export function constant(value: SqlValue, type: SqlType | null): Bound {
  return { kind: 'Constant', value, type };
}

function apply(call: Implementation, args: readonly Bound[], type: SqlType): Bound {
  return { kind: 'Apply', call, args, nulls: 'propagate', context: false, type };
}

function failingOnNull(call: Implementation, args: readonly Bound[], type: SqlType): Bound {
  return { kind: 'Apply', call, args, nulls: 'fail', context: false, type };
}

function arithmetic(op: ArithmeticCode, left: Bound, right: Bound, type: SqlType): Bound {
  return { kind: 'Arithmetic', op, left, right, type };
}

function negated(bound: Bound, negate: boolean): Bound {
  return negate ? { kind: 'Not', operand: bound, type: BOOLEAN } : bound;
}

/** Brings a value to a type; constants at once, unless that fails: then each row fails, as in ksqlDB. */
export function convert(bound: Bound, type: SqlType): Bound {
  if (bound.type === null)
    return bound.kind === 'Constant' ? constant(bound.value, type) : { ...bound, type };
  if (typesEqual(bound.type, type)) return bound;
  const caster = implicitCasterOf(bound.type, type) ?? casterOf(bound.type, type);
  if (caster === undefined)
    throw new Error(`no conversion from ${formatType(bound.type)} to ${formatType(type)}`);
  if (bound.kind === 'Constant' && bound.value !== null) {
    try {
      return constant(caster(bound.value), type);
    } catch {
      // Left to the rows.
    }
  }
  return { kind: 'Convert', caster, operand: bound, guarded: false, type };
}

function decimalOperation(op: '+' | '-' | '*' | '/' | '%', left: Bound, right: Bound): Bound {
  const [l, r] = [asDecimalType(left.type!)!, asDecimalType(right.type!)!];
  const type = decimalResultType(op, l, r);
  const call = (a: BigDecimal, b: BigDecimal) => decimalArithmetic(op, a, b, type);
  return failingOnNull(call, [convert(left, l), convert(right, r)], type);
}

function negate(value: SqlValue, type: SqlType): SqlValue {
  if (value === null) return null;
  if (type.kind === 'DECIMAL') return (value as BigDecimal).negate();
  if (type.kind === 'DOUBLE') return -(value as number);
  return type.kind === 'INTEGER'
    ? (0 - (value as number)) | 0
    : longFromBigInt(-BigInt(value as number | bigint));
}

/** 1-based; negative counts from the end; null where there is no such element. */
function arrayElement(array: readonly SqlValue[], index: number): SqlValue {
  const at = index > 0 ? index - 1 : array.length + index;
  return index === 0 || at < 0 || at >= array.length ? null : array[at];
}

function mapElement(map: ReadonlyMap<SqlValue, SqlValue>, key: SqlValue): SqlValue {
  return map.get(key) ?? null;
}

interface ComparableSides {
  readonly left: Bound;
  readonly right: Bound;
  readonly comparing: Comparing;
}

const TEMPORAL = new Set(['DATE', 'TIME', 'TIMESTAMP']);

/** The type that two types are compared as; undefined where ksqlDB does not compare them. */
function comparisonType(l: SqlType, r: SqlType): SqlType | undefined {
  if (isNumeric(l) && isNumeric(r)) {
    if (l.kind === 'DOUBLE' || r.kind === 'DOUBLE') return DOUBLE;
    if (l.kind === 'DECIMAL' || r.kind === 'DECIMAL')
      return widerDecimal(asDecimalType(l)!, asDecimalType(r)!);
    return BIGINT;
  }
  if (l.kind === 'STRING' && TEMPORAL.has(r.kind)) return r;
  if (r.kind === 'STRING' && TEMPORAL.has(l.kind)) return l;
  if ((l.kind === 'DATE' && r.kind === 'TIMESTAMP') || (l.kind === 'TIMESTAMP' && r.kind === 'DATE'))
    return TIMESTAMP;
  if (l.kind !== r.kind) return undefined;
  if (typesEqual(l, r) || implicitCasterOf(r, l) !== undefined) return l;
  return implicitCasterOf(l, r) !== undefined ? r : undefined;
}

function comparableSides(left: Bound, right: Bound, equality: boolean): ComparableSides | undefined {
  if (left.type === null || right.type === null) return { left, right, comparing: 'primitive' };
  const type = comparisonType(left.type, right.type);
  if (type === undefined) return undefined;
  const ordered = comparatorOf(type) !== undefined && type.kind !== 'BOOLEAN';
  if (!ordered && !equality) return undefined;
  const keep = type.kind === 'BIGINT';
  return {
    left: keep ? left : convert(left, type),
    right: keep ? right : convert(right, type),
    comparing: comparingOf(type),
  };
}

function comparingOf(type: SqlType): Comparing {
  switch (type.kind) {
    case 'DECIMAL':
    case 'BYTES':
      return comparatorOf(type)!;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return { equal: equalityOf(type) };
    default:
      return 'primitive';
  }
}

function equalTo(left: Bound, right: Bound, type: SqlType): Bound {
  return {
    kind: 'Compare',
    op: '=',
    comparing: comparingOf(type),
    left,
    right,
    nullSafe: false,
    type: BOOLEAN,
  };
}

/** A text literal that was checked to be one of the type. */
function readText(text: string, type: SqlType): SqlValue {
  switch (type.kind) {
    case 'BOOLEAN':
      return parseBooleanExact(text) ?? null;
    case 'INTEGER':
    case 'BIGINT':
      return longFromBigInt(Big(text).toBigInt());
    case 'DECIMAL':
      return fitDecimal(Big(text), type);
    case 'DOUBLE':
      return Number(text);
    case 'DATE':
      return parseDateText(text);
    case 'TIME':
      return parseTimeText(text);
    case 'TIMESTAMP':
      return parseTimestampText(text);
    default:
      throw new Error(`text literal as ${formatType(type)}`);
  }
}
