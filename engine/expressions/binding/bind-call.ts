import type { Expression, FunctionCall, Lambda } from '../../ast/expressions';
import type { CallTypes, Implementation } from '../../functions/function-row';
import type { ResolvedFunction } from '../../functions/registry';
import type { ArgumentType } from '../../functions/resolve';
import { BIGINT, STRING } from '../../types/type-rules';
import type { Bound } from '../bound';
import type { BindingContext } from './context';
import { constant, convert } from './nodes';

/** The variant of a function that a call means, any kind of function. */
export function resolveFunction(b: BindingContext, e: FunctionCall): ResolvedFunction {
  const row = b.registry.get(e.name);
  const args =
    row.name === 'COUNT' && e.args.length === 0 ? [BIGINT] : e.args.map((arg) => argumentType(b, arg));
  return b.registry.resolve(e.name, args);
}

function argumentType(b: BindingContext, e: Expression): ArgumentType {
  if (e.kind === 'TimeUnitLiteral') return { kind: 'INTERVAL UNIT' };
  if (e.kind !== 'Lambda') return b.typeOf(e);
  return {
    kind: 'LAMBDA',
    parameterCount: e.parameters.length,
    infer: (inputs) => b.inLambda(e, inputs).body.typeOf(e.body),
  };
}

export function bindCall(b: BindingContext, e: FunctionCall): Bound {
  const resolved = resolveFunction(b, e);
  const { row } = resolved;
  if (row.type === 'AGGREGATE') return { kind: 'Constant', value: null, type: resolved.result };
  const args = bindArguments(b, e, resolved);
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
export function bindArguments(
  b: BindingContext,
  e: FunctionCall,
  resolved: ResolvedFunction,
): readonly Bound[] {
  let lambdas = 0;
  return e.args.map((arg, i) => {
    if (arg.kind === 'Lambda') return bindLambda(b, arg, resolved.lambdas[lambdas++]!);
    if (arg.kind === 'TimeUnitLiteral') return constant(arg.unit, null);
    const bound = b.bind(arg);
    const type = resolved.args[i] ?? null;
    return type === null ? bound : convert(bound, type);
  });
}

function bindLambda(b: BindingContext, e: Lambda, types: ResolvedFunction['lambdas'][number]): Bound {
  const { body: context, ids } = b.inLambda(e, types.inputs);
  const body = convert(context.bind(e.body), types.result);
  return { kind: 'Lambda', parameters: ids, body, type: null };
}

function makeImplementation(resolved: ResolvedFunction): Implementation {
  const types: CallTypes = {
    args: resolved.args,
    result: resolved.result ?? STRING,
    lambdas: resolved.lambdas.map((l) => l.result),
  };
  const { row } = resolved;
  if (row.type === 'AGGREGATE') throw new Error(`${row.name} is an aggregate`);
  return row.variants.find((v) => v === resolved.variant)!.make(types);
}
