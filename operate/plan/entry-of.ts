import type { Change, PropertyChange } from '../../resources/change';
import type { KindName } from '../../resources/kind';
import type { PlanEntry } from './entry';
import type { Refusal } from './refusal';

const MAX_VALUE = 60;

/** The row of a resource for what `compare` says of it. */
export function entryOf(kind: KindName, name: string, change: Change<unknown> | undefined): PlanEntry {
  const base = { kind, name, asked: [] };
  if (!change) return { ...base, action: 'unchanged', reason: '' };
  switch (change.action) {
    case 'create':
      return { ...base, action: 'create', reason: 'it is declared and not there' };
    case 'update':
      return { ...base, action: 'in place', reason: change.properties.map(textOf).join(', ') };
    case 'replace':
      return {
        ...base,
        action: 'replace',
        reason: `${change.reason} (${change.properties.map(textOf).join(', ')}): what it held is lost or read again`,
      };
    case 'refused':
      return { ...base, action: 'refused', reason: change.reason, remedy: change.remedy };
    default:
      return change satisfies never;
  }
}

/** The same resource, refused for what somebody has against it. */
export function refusedEntry(entry: PlanEntry, refusals: readonly Refusal[], who: string): PlanEntry {
  return {
    ...entry,
    action: 'refused',
    reason: refusals.map(({ reason }) => reason).join('; '),
    remedy: [...new Set(refusals.map(({ remedy }) => remedy))].join('; '),
    asked: [...entry.asked, who],
  };
}

function textOf({ path, before, after }: PropertyChange): string {
  if (path === 'schema') return 'a new version of the schema';
  return `${path} ${valueText(before)} becomes ${valueText(after)}`;
}

function valueText(value: PropertyChange['before']): string {
  if (value === undefined) return '(nothing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
