import type { PlanningContext } from '../../engine/index';
import { asReplacement } from './replace';
import { planInto } from './world';
import type { StatementInput } from './world';

/** What ksqlDB says about a changed statement of an object that runs. */
export type ChangeVerdict =
  | { readonly verdict: 'in place' }
  /** `reason` is ksqlDB's own message. */
  | { readonly verdict: 'side by side'; readonly reason: string };

/**
 * Whether the object that runs in `world` can become what `changed` says, decided by our front end as a stock server decides it
 * for CREATE OR REPLACE.
 */
export function classifyChange(world: PlanningContext, changed: StatementInput): ChangeVerdict {
  const planned = planInto(world, { ...changed, text: asReplacement(changed.text) });
  return 'plan' in planned ? { verdict: 'in place' } : { verdict: 'side by side', reason: planned.refusal };
}
