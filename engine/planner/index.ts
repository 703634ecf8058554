export { planStatement, isPlannable } from './plan-statement';
export type { PlannableStatement } from './plan-statement';
export { advance, applyPlan } from './statement-plan';
export type {
  AlterSourcePlan,
  CreateSourcePlan,
  DropSourcePlan,
  DropTypePlan,
  InsertValuesPlan,
  NoChangePlan,
  QueryControlPlan,
  RegisterTypePlan,
  SchemaRegistration,
  StartQueryPlan,
  StatementPlan,
  TopicPlan,
} from './statement-plan';
export type {
  FetchedSchemas,
  PlanningContext,
  RunningQuery,
  SchemaTranslator,
  TopicInfo,
  TranslationOptions,
} from './context';
export { compareQueries } from './upgrade/compare-queries';
export type { QueryAndSink, UpgradeVerdict } from './upgrade/compare-queries';
export { planPullQuery } from './pull/plan-pull';
export type {
  KeyLookup,
  PullColumn,
  PullQueryPlan,
  StreamPullPlan,
  TablePullPlan,
  TimeBound,
  TimeRange,
} from './pull/pull-plan';
export { planPushQuery } from './push-query';
