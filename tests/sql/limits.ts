import { projectRoot } from '../../lab';
import { readDeclaration } from '../../stacks/declaration';
import type { AgeLimits } from '../oracle/rules';

/** The limits that `ksql/variables.yaml` gives environments without a value of their own. */
export function defaultLimits(): AgeLimits {
  const { variables } = readDeclaration(projectRoot());
  return {
    maxAgeMs: Number(variables.max_event_age_ms!.default),
    maxAheadMs: Number(variables.max_event_ahead_ms!.default),
  };
}
