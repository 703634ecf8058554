import { updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { compareExactly } from '../compare-properties';
import type { Connector, LiveConnector } from './connector';

/** What makes the live connector as declared: its whole configuration, its state, and tasks that failed. */
export function compareConnector(desired: Connector, live: LiveConnector | undefined): Change<Connector>[] {
  if (!live) return [{ action: 'create', desired }];
  return updateIf(desired, [
    ...compareExactly(desired.config, live.config, 'config.'),
    ...stateChanges(desired, live),
  ]);
}

function stateChanges(desired: Connector, live: LiveConnector): PropertyChange[] {
  const changes: PropertyChange[] = [];
  if (live.state !== desired.state && live.state !== 'UNASSIGNED') {
    changes.push({ path: 'state', before: live.state, after: desired.state });
  }
  for (const { id, state } of live.tasks) {
    if (state === 'FAILED') changes.push({ path: `tasks.${id}.state`, before: state, after: desired.state });
  }
  return changes;
}
