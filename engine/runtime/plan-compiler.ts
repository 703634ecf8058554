import type { Expression, FunctionCall } from '../ast/expressions';
import type { Column, LogicalSchema, TimestampColumn } from '../catalog/catalog';
import {
  columnScope,
  compileAggregate,
  compileExpression,
  compilePredicate,
  compileTableFunction,
} from '../expressions';
import type { CompiledAggregate, CompiledExpression, CompiledPredicate, EvalContext } from '../expressions';
import type { FunctionRegistry } from '../functions';
import { NOWHERE } from '../source/source';
import type { CompiledTableFunction } from '../expressions';
import type { TimestampReader } from './timestamp-column';
import type { TopologyDeps } from './topology';

/** Compiles the expressions of a plan; each step's expressions see the value columns of its source. */
export class PlanCompiler {
  private readonly functions: FunctionRegistry;
  private readonly types;

  constructor(deps: Pick<TopologyDeps, 'functions' | 'types'>) {
    this.functions = deps.functions;
    this.types = deps.types;
  }

  expression(expression: Expression, columns: readonly Column[]): CompiledExpression {
    return compileExpression(expression, columnScope(columns), this.functions, this.types);
  }

  predicate(expression: Expression, columns: readonly Column[]): CompiledPredicate {
    return compilePredicate(expression, columnScope(columns), this.functions, this.types);
  }

  aggregate(call: FunctionCall, columns: readonly Column[]): CompiledAggregate {
    return compileAggregate(call, columnScope(columns), this.functions, this.types);
  }

  tableFunction(call: FunctionCall, columns: readonly Column[]): CompiledTableFunction {
    return compileTableFunction(call, columnScope(columns), this.functions, this.types);
  }

  /** Reads the time from a column of the key or the value; text through its format, as STRINGTOTIMESTAMP reads it. */
  timestampReader(column: TimestampColumn, schema: LogicalSchema, evaluation: EvalContext): TimestampReader {
    const columns = [...schema.value, ...schema.key];
    const compiled = this.expression(timestampExpression(column), columns);
    const nulls = schema.value.map(() => null);
    return (key, value, record) => {
      if (value === null) return record?.timestamp;
      const row = schema.key.length === 0 ? value : [...value.slice(0, nulls.length), ...(key ?? [])];
      const time = compiled.evaluate(row, evaluation);
      return time === null || time === undefined ? undefined : Number(time);
    };
  }
}

function timestampExpression({ column, format }: TimestampColumn): Expression {
  const reference: Expression = { kind: 'ColumnRef', name: column, loc: NOWHERE };
  if (format === undefined) return reference;
  const pattern: Expression = { kind: 'StringLiteral', value: format, loc: NOWHERE };
  return { kind: 'FunctionCall', name: 'STRINGTOTIMESTAMP', args: [reference, pattern], loc: NOWHERE };
}
