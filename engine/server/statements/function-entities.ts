import { formatParamType } from '../../functions/param-type';
import type { FunctionRegistry, FunctionVariant } from '../../functions/index';
import { ERROR_CODES, WireError } from '../http/wire-error';

export function listFunctions(functions: FunctionRegistry): object[] {
  return functions.list().map(({ name, type, category }) => ({ name, type, category }));
}

export function describeFunction(functions: FunctionRegistry, name: string, statementText: string): object {
  const row = functions.lookup(name);
  if (!row)
    throw new WireError(
      ERROR_CODES.badStatement,
      `Can't find any functions with the name '${name}'`,
      statementText,
    );
  return {
    name: row.name,
    description: row.description,
    author: row.author,
    version: '',
    path: 'internal',
    functions: row.variants.map(variantEntity),
    type: row.type,
  };
}

function variantEntity(variant: FunctionVariant): object {
  const parameters = variant.parameters.map((parameter) => ({
    ...parameter,
    text: formatParamType(parameter.type),
  }));
  return {
    arguments: parameters.map(({ name, text, variadic }) => ({
      name,
      type: text,
      description: '',
      isVariadic: variadic ?? false,
    })),
    returnType: formatParamType(variant.returns),
    description: variant.description,
    argumentTypes: parameters.map(({ text, variadic }) => (variadic ? `${text}...` : text)),
  };
}
