import type { Expression, FunctionCall, Lambda } from '../ast/expressions';
import type { FunctionRegistry, ResolvedFunction } from '../functions/registry';
import { formatExpression } from '../printer';
import { assertNever } from '../source/assert-never';
import { Big, decimalLiteralType } from '../types/decimal';
import type { SqlType } from '../types/sql-type';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING } from '../types/type-rules';
import { bindDereference, bindSubscript } from './binding/bind-access';
import { bindArithmetic, bindUnary } from './binding/bind-arithmetic';
import { bindArguments, bindCall, resolveFunction } from './binding/bind-call';
import { bindCase } from './binding/bind-case';
import { bindCast } from './binding/bind-cast';
import { bindBetween, bindComparison } from './binding/bind-comparison';
import { bindArray, bindMap, bindStruct } from './binding/bind-constructors';
import { bindInList, bindLike, bindLogical, bindNot } from './binding/bind-predicates';
import type { BindingContext } from './binding/context';
import { constant } from './binding/nodes';
import type { Bound } from './bound';
import { failExpression } from './errors';
import type { ColumnScope, TypeResolver } from './scope';

type Parameters = ReadonlyMap<string, { readonly id: number; readonly type: SqlType }>;

/** Checks expressions against one scope and gives them as {@link Bound} trees. Throws KsqlError in ksqlDB's wording. */
export class Binder implements BindingContext {
  private readonly known = new WeakMap<Expression, Bound>();

  constructor(
    private readonly scope: ColumnScope,
    readonly registry: FunctionRegistry,
    readonly types?: TypeResolver,
    private readonly parameters: Parameters = new Map(),
    private readonly ids = { next: 0 },
  ) {}

  /** Remembers what it gave: calls ask for an argument's type first and for the argument later. */
  bind(e: Expression): Bound {
    const known = this.known.get(e);
    if (known !== undefined) return known;
    const bound = this.bindNew(e);
    this.known.set(e, bound);
    return bound;
  }

  typeOf(e: Expression): SqlType | null {
    return this.bind(e).type;
  }

  newId(): number {
    return this.ids.next++;
  }

  /** The variant of a function that a call means, any kind of function. */
  resolveCall(e: FunctionCall): ResolvedFunction {
    return resolveFunction(this, e);
  }

  /** Arguments converted to the types of the resolved variant. */
  arguments(e: FunctionCall, resolved: ResolvedFunction): readonly Bound[] {
    return bindArguments(this, e, resolved);
  }

  inLambda(
    e: Lambda,
    inputs: readonly SqlType[],
  ): { readonly body: BindingContext; readonly ids: readonly number[] } {
    const ids = e.parameters.map(() => this.newId());
    const own = e.parameters.map((name, i) => [name, { id: ids[i]!, type: inputs[i]! }] as const);
    const parameters = new Map([...this.parameters, ...own]);
    return { body: new Binder(this.scope, this.registry, this.types, parameters, this.ids), ids };
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
        return bindDereference(this, e);
      case 'Subscript':
        return bindSubscript(this, e);
      case 'ArithmeticBinary':
        return bindArithmetic(this, e);
      case 'ArithmeticUnary':
        return bindUnary(this, e);
      case 'Comparison':
        return bindComparison(this, e);
      case 'LogicalBinary':
        return bindLogical(this, e);
      case 'Not':
        return bindNot(this, e);
      case 'IsNull':
        return { kind: 'IsNull', operand: this.bind(e.operand), negated: e.negated, type: BOOLEAN };
      case 'Like':
        return bindLike(this, e);
      case 'Between':
        return bindBetween(this, e);
      case 'InList':
        return bindInList(this, e);
      case 'SearchedCase':
        return bindCase(this, e);
      case 'SimpleCase':
        return refuseSimpleCase(e);
      case 'Cast':
        return bindCast(this, e);
      case 'FunctionCall':
        return bindCall(this, e);
      case 'CreateArray':
        return bindArray(this, e);
      case 'CreateMap':
        return bindMap(this, e);
      case 'CreateStruct':
        return bindStruct(this, e);
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

  private column(e: Extract<Expression, { kind: 'ColumnRef' }>): Bound {
    const parameter = e.qualifier === undefined ? this.parameters.get(e.name) : undefined;
    if (parameter !== undefined) return { kind: 'LambdaParameter', id: parameter.id, type: parameter.type };
    const column = this.scope.resolve(e.name);
    if (column === undefined)
      return failExpression('KE2405', `Unknown column ${formatExpression(e)}.`, e.loc);
    return { kind: 'Column', index: column.index, type: column.type };
  }
}

function refuseSimpleCase(e: Expression): never {
  return failExpression(
    'KE2406',
    `Only the searched form of CASE is supported: ${formatExpression(e)}`,
    e.loc,
    'Write CASE WHEN x = value THEN … END.',
  );
}
