import type { Query } from '../../ast/statements';
import type { PlanningContext } from '../../planner/context';
import type { PushQueryPlan } from '../../planner/plan';
import { NotSupportedError } from '../../diagnostics/diagnostic';

export function planPush(_query: Query, _text: string, _context: PlanningContext): PushQueryPlan {
  throw new NotSupportedError('a push query');
}
