import { HIDDEN, updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { compareExactly } from '../compare-properties';
import type { Connector, LiveConnector } from './connector';
import { shortTrace } from './settle';

/** What makes the live connector as declared: its whole configuration, its state, and tasks that failed. */
export function compareConnector(desired: Connector, live: LiveConnector | undefined): Change<Connector>[] {
  if (!live) return [{ action: 'create', desired }];
  return updateIf(desired, [
    ...compareExactly(desired.config, live.config, 'config.').map(hidden),
    ...stateChanges(desired, live),
  ]);
}

/** A setting whose value is a secret where it is no reference; somebody may have written it out on the server. */
const SECRET = /password|passphrase|secret|token|credential|jaas|(access|private)[._-]?key(?![._-]?id)/i;
const REFERENCE = /^\$\{[^}]+\}$/;

function hidden(change: PropertyChange): PropertyChange {
  const { path, before } = change;
  if (!SECRET.test(path) || typeof before !== 'string' || REFERENCE.test(before)) return change;
  return { ...change, before: HIDDEN };
}

function stateChanges(desired: Connector, live: LiveConnector): PropertyChange[] {
  const changes: PropertyChange[] = [];
  if (live.state !== desired.state && live.state !== 'UNASSIGNED') {
    changes.push({ path: 'state', before: live.state, after: desired.state });
  }
  for (const { id, state, trace } of live.tasks) {
    if (state !== 'FAILED') continue;
    // Why it failed is gone as soon as it is started again.
    const before = `${state}: ${shortTrace(trace)}`;
    changes.push({ path: `tasks.${id}.state`, before, after: desired.state });
  }
  return changes;
}
