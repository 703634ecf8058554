/** The engine's door for other rooms: read SQL, check it, plan it, compare it. Running it is the server's and the test runner's. */
export { durationMs, parseDurationMs } from './analyzer/durations';
export { emptyCatalog } from './catalog/memory-catalog';
export type { Catalog, Column, DataSource, KsqlTopic, LogicalSchema } from './catalog/catalog';
export { formatSchema } from './catalog/schema-text';
export { KsqlError, NotSupportedError } from './diagnostics/diagnostic';
export type { Diagnostic } from './diagnostics/diagnostic';
export { formatDiagnostic, formatDiagnostics } from './diagnostics/format-diagnostic';
export { createSchemaTranslator } from './formats/schema-translator';
export { builtinFunctions } from './functions/index';
export { parseStatement, parseStatements } from './parser/index';
export type { ParsedStatement, ParseOptions } from './parser/index';
export {
  advance,
  applyPlan,
  compareQueries,
  isPlannable,
  planPullQuery,
  planPushQuery,
  planStatement,
} from './planner/index';
export type {
  PlannableStatement,
  PlanningContext,
  PullQueryPlan,
  QueryAndSink,
  StatementPlan,
  TopicInfo,
  UpgradeVerdict,
} from './planner/index';
export type { PersistentQueryPlan, PushQueryPlan, Step } from './planner/plan';
export { formatStatement } from './printer/index';
export { createSource } from './source/source';
export type { Source, Span } from './source/source';
export type { Expression } from './ast/expressions';
export { mapChildren } from './ast/rewrite';
export type {
  Query,
  Relation,
  SelectItem,
  Statement,
  WindowDuration,
  WindowExpression,
  WithProperties,
} from './ast/statements';
export { lex } from './lexer/lexer';
export { normalizeVariables, undefinedVariables } from './lexer/variables';
export { lintStatements } from './lint/index';
export { SerdeError } from './formats/contracts';
export type { FunctionRegistry } from './functions/registry';
export type { SchemaTranslator } from './planner/context';
