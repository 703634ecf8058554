import type { PushQueryPlan, SelectStep, Step } from '../../planner/plan';
import type { QueryResult } from '../../runtime/topology';
import type { Row } from '../../runtime/contracts';

/** Makes the row that tells a client of a push query that a row of its table is gone: the key where it was asked for, else NULLs. */
export type TombstoneMaker = (result: QueryResult) => Row;

export function tombstoneMaker({ root, columns }: PushQueryPlan): TombstoneMaker {
  const select = lastSelect(root);
  const parts = columns.map(({ name }) => keyPart(select, name));
  return (result) => parts.map((part) => part(result));
}

function lastSelect(step: Step): SelectStep | undefined {
  if (step.kind === 'TableSelect') return step;
  return step.kind === 'TableSuppress' ? lastSelect(step.source) : undefined;
}

function keyPart(select: SelectStep | undefined, column: string): (result: QueryResult) => unknown {
  const expression = select?.selects.find(({ name }) => name === column)?.expression;
  if (expression?.kind !== 'ColumnRef') return () => null;
  if (expression.name === 'WINDOWSTART') return ({ window }) => window?.start ?? null;
  if (expression.name === 'WINDOWEND') return ({ window }) => window?.end ?? null;
  const position = select!.source.schema.key.findIndex(({ name }) => name === expression.name);
  return position < 0 ? () => null : ({ key }) => key?.[position] ?? null;
}
