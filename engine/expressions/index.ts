export {
  compileAggregate,
  compileExpression,
  compilePredicate,
  compileTableFunction,
  inferType,
} from './compile';
export type {
  CompiledAggregate,
  CompiledExpression,
  CompiledPredicate,
  CompiledTableFunction,
} from './compile';
export { columnScope } from './scope';
export type { ColumnScope, TypeResolver } from './scope';
export type { EvalContext } from '../functions/function-row';
