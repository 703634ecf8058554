import type { FunctionCall } from '../ast/expressions';
import type { Catalog, Column } from '../catalog/catalog';
import { columnScope, compileAggregate, inferType } from '../expressions/index';
import type { TypeResolver } from '../expressions/index';
import type { FunctionRegistry } from '../functions/registry';
import { formatExpression } from '../printer/index';
import type { AnalyzerEnvironment } from './analysis';

function constantArguments(
  call: FunctionCall,
  columns: readonly Column[],
  functions: FunctionRegistry,
  types: TypeResolver,
): number {
  const scope = columnScope(columns);
  const { variant } = functions.resolve(
    call.name,
    call.args.map((arg) => inferType(arg, scope, functions, types)),
  );
  return 'constants' in variant ? variant.constants : 0;
}

/** The analyzer's questions, answered by the function registry and the catalog's types. */
export function createEnvironment(functions: FunctionRegistry, catalog: Catalog): AnalyzerEnvironment {
  const types = (name: string) => catalog.getType(name);
  return {
    kindOf: (name) => functions.lookup(name)?.type,
    aggregatesTables: (name) => functions.aggregate(name)?.supportsUndo ?? false,
    typeOf: (expression, columns) => inferType(expression, columnScope(columns), functions, types),
    stateTypeOf: (call, columns) => compileAggregate(call, columnScope(columns), functions, types).stateType,
    constantArguments: (call, columns) => constantArguments(call, columns, functions, types),
    print: formatExpression,
  };
}
