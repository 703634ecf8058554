import { FunctionRegistry } from './registry';
import { OFFSET_AGGREGATES } from './aggregate/by-offset';
import { COLLECTION_AGGREGATES, collectionsWithin } from './aggregate/collections';
import { COUNT_DISTINCT_AGGREGATES } from './aggregate/count-distinct';
import { EXTREME_AGGREGATES } from './aggregate/extremes';
import { NUMERIC_AGGREGATES } from './aggregate/numeric';
import type { FunctionRow } from './function-row';
import { ARRAY_FUNCTIONS } from './scalar/array';
import { BYTES_FUNCTIONS } from './scalar/bytes';
import { DATE_TIME_FUNCTIONS } from './scalar/date-time';
import { JSON_FUNCTIONS } from './scalar/json';
import { LAMBDA_FUNCTIONS } from './scalar/lambda';
import { MAP_FUNCTIONS } from './scalar/map';
import { MASK_FUNCTIONS } from './scalar/mask';
import { MATH_FUNCTIONS } from './scalar/math';
import { OTHER_FUNCTIONS } from './scalar/other';
import { REGEX_FUNCTIONS } from './scalar/regex';
import { STRING_FUNCTIONS } from './scalar/string';
import { URL_FUNCTIONS } from './scalar/url';
import { TABLE_FUNCTIONS } from './table-functions';

const ROWS: readonly FunctionRow[] = [
  ...ARRAY_FUNCTIONS,
  ...BYTES_FUNCTIONS,
  ...DATE_TIME_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...LAMBDA_FUNCTIONS,
  ...MAP_FUNCTIONS,
  ...MASK_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...OTHER_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...TABLE_FUNCTIONS,
  ...COLLECTION_AGGREGATES,
  ...COUNT_DISTINCT_AGGREGATES,
  ...EXTREME_AGGREGATES,
  ...NUMERIC_AGGREGATES,
  ...OFFSET_AGGREGATES,
];

/** Every function of stock ksqlDB. */
export const builtinFunctions = new FunctionRegistry(ROWS);

/** The functions of stock ksqlDB as `ksql.functions.<name>.limit` of a configuration bounds them. */
export function configuredFunctions(config: Readonly<Record<string, string | undefined>>): FunctionRegistry {
  const limit = (name: string): number => {
    const value = Number(config[`ksql.functions.${name}.limit`] ?? Infinity);
    return value >= 0 ? value : Infinity;
  };
  const limits = { list: limit('collect_list'), set: limit('collect_set') };
  return limits.list === Infinity && limits.set === Infinity
    ? builtinFunctions
    : builtinFunctions.with(collectionsWithin(limits));
}
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
