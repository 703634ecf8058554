import type { Query } from '../ast/statements';
import type { Column } from '../catalog/catalog';
import type { PlanningContext } from './context';
import type { PushQueryPlan } from './plan';
import { planSteps } from './plan-query';
import { refuseDuplicates } from './columns';

/** `SELECT … EMIT CHANGES`, or a pull query on a stream: steps whose last values are the answer's columns. */
export function planPushQuery(query: Query, context: PlanningContext): PushQueryPlan {
  const { node, analysis, isTable } = planSteps(query, { purpose: { kind: 'PUSH' } }, context);
  const columns: readonly Column[] = node.step.schema.value;
  refuseDuplicates({ key: [], value: columns });
  const sourceNames = analysis.scope.sources.map(({ source }) => source.name);
  return {
    queryId: `transient_${sourceNames[0]}_${context.transientId}`,
    sourceNames,
    root: node.step,
    columns,
    isTable,
    limit: analysis.limit,
  };
}
