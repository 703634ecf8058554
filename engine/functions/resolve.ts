import { KsqlError } from '../diagnostics/diagnostic';
import { canImplicitlyCast, typesEqual } from '../types/type-rules';
import type { SqlType, SqlTypeKind } from '../types/sql-type';
import { formatType } from '../types/type-text';
import { formatSignature } from './function-row';
import type { FunctionRow, FunctionVariant } from './function-row';
import { countGenerics, substitute } from './param-type';
import type { Parameter, ParamType } from './param-type';

/** A lambda as an argument: its body can be typed once the types of its parameters are known. */
export interface LambdaArgument {
  readonly kind: 'LAMBDA';
  readonly parameterCount: number;
  /** Type of the body; null where it is a NULL literal. Throws KsqlError when it has none. */
  infer(inputs: readonly SqlType[]): SqlType | null;
}
export interface IntervalUnitArgument {
  readonly kind: 'INTERVAL UNIT';
}
/** Type of an argument; null is the NULL literal, which fits every parameter. */
export type ArgumentType = SqlType | LambdaArgument | IntervalUnitArgument | null;

export interface ResolvedCall<V extends FunctionVariant = FunctionVariant> {
  readonly variant: V;
  /** What each argument is to be converted to; null where nothing determines it, for lambdas and for units. */
  readonly args: readonly (SqlType | null)[];
  /** For each lambda among the arguments: types of its parameters and of its body. */
  readonly lambdas: readonly { readonly inputs: readonly SqlType[]; readonly result: SqlType }[];
  /** null: as yet unknown, all arguments that would tell are NULL. */
  readonly result: SqlType | null;
}

type Bindings = Map<string, SqlType>;

/** A generic stands for one type, without conversions: COALESCE(BIGINT, INTEGER) fits nothing, as in stock. */
function bindGeneric(name: string, type: SqlType, bound: Bindings): boolean {
  const known = bound.get(name);
  if (known === undefined) bound.set(name, type);
  return known === undefined || typesEqual(known, type);
}

function isSqlType(argument: LambdaArgument | IntervalUnitArgument | SqlType): argument is SqlType {
  return argument.kind !== 'LAMBDA' && argument.kind !== 'INTERVAL UNIT';
}

const READ_FROM_TEXT: ReadonlySet<SqlTypeKind> = new Set<SqlTypeKind>(['DATE', 'TIME', 'TIMESTAMP']);

/** Numbers are widened; text is read where a date or time is wanted. */
function convertsTo(from: SqlTypeKind, to: SqlTypeKind): boolean {
  return canImplicitlyCast(from, to) || (from === 'STRING' && READ_FROM_TEXT.has(to));
}

/** Whether an argument fits a parameter; binds its generics on the way. Lambdas are only counted here. */
function accepts(parameter: ParamType, argument: ArgumentType, bound: Bindings, casts: boolean): boolean {
  if (argument === null) return parameter.kind !== 'Lambda' && parameter.kind !== 'IntervalUnit';
  if (argument.kind === 'LAMBDA') {
    return parameter.kind === 'Lambda' && parameter.inputs.length === argument.parameterCount;
  }
  if (argument.kind === 'INTERVAL UNIT') return parameter.kind === 'IntervalUnit';
  switch (parameter.kind) {
    case 'Base':
      return parameter.base === argument.kind || (casts && convertsTo(argument.kind, parameter.base));
    case 'Generic':
      return bindGeneric(parameter.name, argument, bound);
    case 'Any':
      return true;
    case 'Array':
      return argument.kind === 'ARRAY' && accepts(parameter.element, argument.element, bound, false);
    case 'Map':
      return (
        argument.kind === 'MAP' &&
        accepts(parameter.key, argument.key, bound, false) &&
        accepts(parameter.value, argument.value, bound, false)
      );
    case 'Struct':
      return (
        argument.kind === 'STRUCT' &&
        argument.fields.length === parameter.fields.length &&
        parameter.fields.every(
          (f, i) =>
            f.name === argument.fields[i]!.name && accepts(f.type, argument.fields[i]!.type, bound, false),
        )
      );
    default:
      return false;
  }
}

/** The parameter for each argument, the variadic one repeated; undefined when the counts do not fit. */
function spread(parameters: readonly Parameter[], count: number): readonly Parameter[] | undefined {
  const at = parameters.findIndex((p) => p.variadic);
  if (at < 0) return parameters.length === count ? parameters : undefined;
  const repeats = count - (parameters.length - 1);
  if (repeats < 0) return undefined;
  const repeated = Array.from({ length: repeats }, () => parameters[at]!);
  return [...parameters.slice(0, at), ...repeated, ...parameters.slice(at + 1)];
}

interface Match {
  readonly variant: FunctionVariant;
  readonly parameters: readonly Parameter[];
  readonly bound: Bindings;
}

function match(variant: FunctionVariant, args: readonly ArgumentType[], casts: boolean): Match | undefined {
  const parameters = spread(variant.parameters, args.length);
  if (parameters === undefined) return undefined;
  const bound: Bindings = new Map();
  const fits = parameters.every((parameter, i) => accepts(parameter.type, args[i]!, bound, casts));
  return fits ? { variant, parameters, bound } : undefined;
}

/** Lower is more specific: variadic after fixed, then fewer generics, then more parameters written out. */
function specificity({ variant, parameters }: Match): readonly number[] {
  const variadic = variant.parameters.some((p) => p.variadic);
  const generics = parameters.reduce((sum, p) => sum + countGenerics(p.type), 0);
  return [variadic ? 1 : 0, generics, -variant.parameters.length];
}

function compareSpecificity(a: Match, b: Match): number {
  const [x, y] = [specificity(a), specificity(b)];
  const at = x.findIndex((value, i) => value !== y[i]);
  return at < 0 ? 0 : x[at]! - y[at]!;
}

function bestMatch(row: FunctionRow, args: readonly ArgumentType[]): Match {
  const exact = row.variants.flatMap((v) => match(v, args, false) ?? []);
  const found = exact.length > 0 ? exact : row.variants.flatMap((v) => match(v, args, true) ?? []);
  if (found.length === 0) throw noMatch(row, args);
  const sorted = [...found].sort(compareSpecificity);
  const tied = sorted.filter((m) => compareSpecificity(m, sorted[0]!) === 0);
  // With a NULL literal among the arguments several variants may fit equally: the first that was declared wins.
  if (tied.length > 1 && exact.length === 0) throw ambiguous(row, args);
  return tied[0]!;
}

/**
 * Picks the variant of a function for the types of a call, as ksqlDB does: one that fits without conversions, else one
 * that fits with implicit widening. Throws KsqlError in ksqlDB's wording when none fits, or several do.
 */
export function resolveCall(row: FunctionRow, args: readonly ArgumentType[]): ResolvedCall {
  const { variant, parameters, bound } = bestMatch(row, args);
  const lambdas = bindLambdas(row, parameters, args, bound);
  const types = parameters.map((p, i) => argumentType(p.type, args[i]!, bound));
  const result = variant.returnType
    ? variant.returnType(
        types,
        lambdas.map((l) => l.result),
      )
    : (substitute(variant.returns, bound) ?? null);
  return { variant, args: types, lambdas, result };
}

function argumentType(parameter: ParamType, argument: ArgumentType, bound: Bindings): SqlType | null {
  const concrete = substitute(parameter, bound);
  if (concrete !== undefined) return concrete;
  if (argument === null || !isSqlType(argument)) return null;
  if (parameter.kind === 'Base' && parameter.base === 'DECIMAL' && argument.kind !== 'DECIMAL') {
    return argument.kind === 'INTEGER'
      ? { kind: 'DECIMAL', precision: 10, scale: 0 }
      : { kind: 'DECIMAL', precision: 19, scale: 0 };
  }
  return argument;
}

function bindLambdas(
  row: FunctionRow,
  parameters: readonly Parameter[],
  args: readonly ArgumentType[],
  bound: Bindings,
): ResolvedCall['lambdas'] {
  return parameters.flatMap(({ type }, i) => {
    const argument = args[i]!;
    if (type.kind !== 'Lambda' || argument?.kind !== 'LAMBDA') return [];
    const inputs = type.inputs.map((input) => substitute(input, bound));
    if (inputs.some((input) => input === undefined)) throw noMatch(row, args);
    const body = argument.infer(inputs as SqlType[]);
    const known = substitute(type.result, bound);
    const result = body ?? known;
    if (result === undefined || (known !== undefined && !typesEqual(result, known))) throw noMatch(row, args);
    if (type.result.kind === 'Generic' && known === undefined) bound.set(type.result.name, result);
    return [{ inputs: inputs as SqlType[], result: known ?? result }];
  });
}

function formatArgument(argument: ArgumentType): string {
  if (argument === null) return 'null';
  return isSqlType(argument) ? formatType(argument) : argument.kind;
}

function formatArguments(args: readonly ArgumentType[]): string {
  return `(${args.map(formatArgument).join(', ')})`;
}

function alternatives(row: FunctionRow): string {
  const list = row.variants.map((v) => formatSignature(row.label, v)).join('\n');
  return `Valid alternatives are:\n${list}\nFor detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;`;
}

function noMatch(row: FunctionRow, args: readonly ArgumentType[]): KsqlError {
  const message = `Function '${row.label}' does not accept parameters ${formatArguments(args)}.\n${alternatives(row)}`;
  return new KsqlError({ code: 'KE2401', severity: 'error', message });
}

function ambiguous(row: FunctionRow, args: readonly ArgumentType[]): KsqlError {
  const message = `Function '${row.label}' cannot be resolved due to ambiguous method parameters ${formatArguments(args)}.\n${alternatives(row)}`;
  return new KsqlError({
    code: 'KE2402',
    severity: 'error',
    message,
    hint: 'Cast the arguments to one type.',
  });
}
