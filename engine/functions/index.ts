import { FunctionRegistry } from './registry';
import type { FunctionRow } from './function-row';

const ROWS: readonly FunctionRow[] = [];

/** Every function of stock ksqlDB. */
export const builtinFunctions = new FunctionRegistry(ROWS);
export { FunctionRegistry } from './registry';
export type { ResolvedFunction } from './registry';
export type { ArgumentType } from './resolve';
export type {
  AggregateFunction,
  Aggregator,
  EvalContext,
  FunctionRow,
  FunctionVariant,
  ScalarFunction,
  TableFunction,
} from './function-row';
export { formatParamType } from './param-type';
