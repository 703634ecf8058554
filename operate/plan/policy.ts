import { policySettings, violations } from '../../policy/index';
import type { Violation } from '../../policy/index';
import type { DeclaredResource } from '../../resources/declared';
import type { KindName } from '../../resources/kind';
import { kindForms } from '../kind-forms';
import type { PlanEntry } from './entry';

/** The entries with what the policy pack refuses: the same rules as `pulumi preview --policy-pack`. */
export function withPolicy(
  entries: readonly PlanEntry[],
  resources: readonly DeclaredResource[],
  environment: string,
): PlanEntry[] {
  const kinds = new Map(kindForms().flatMap((kind) => kind.types.map((type) => [type, kind.name] as const)));
  const found = violations(resources, policySettings(environment));
  const byEntry = new Map<string, Violation[]>();
  for (const violation of found) {
    const key = keyOf(kinds.get(violation.type) ?? 'kubernetes', violation.name);
    byEntry.set(key, [...(byEntry.get(key) ?? []), violation]);
  }
  const known = entries.map((entry) => {
    const own = byEntry.get(keyOf(entry.kind, entry.name));
    byEntry.delete(keyOf(entry.kind, entry.name));
    return own ? refused(entry, own) : entry;
  });
  // An object that several resources declare, or that the plan names otherwise.
  const others = [...byEntry.values()].map((own) =>
    refused(
      {
        kind: kinds.get(own[0]!.type) ?? 'kubernetes',
        name: own[0]!.name,
        action: 'unchanged',
        reason: '',
        asked: [],
      },
      own,
    ),
  );
  return [...known, ...others];
}

function keyOf(kind: KindName, name: string): string {
  return `${kind} ${name}`;
}

function refused(entry: PlanEntry, found: readonly Violation[]): PlanEntry {
  const problems = found.map(({ rule, problem }) => `${problem} (policy: ${rule})`);
  const before = entry.action === 'refused' ? [entry.reason] : [];
  return {
    ...entry,
    action: 'refused',
    reason: [...before, ...problems].join('; '),
    asked: [...entry.asked, 'policy'],
  };
}
