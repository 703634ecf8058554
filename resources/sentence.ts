import type { Change, PropertyChange } from './change';
import { assertNever } from './assert-never';
import type { KindName } from './kind';

const MAX_VALUE = 80;

/** E.g. `update topic "a.v1": config.retention.ms 604800000 -> 86400000`. */
export function sentence(kind: KindName, key: string, change: Change<unknown>): string {
  const subject = `${kind} "${key}"`;
  switch (change.action) {
    case 'create':
      return `create ${subject}`;
    case 'update':
      return `update ${subject}: ${properties(change.properties)}`;
    case 'replace':
      return `replace ${subject}: ${properties(change.properties)} (${change.reason})`;
    case 'refused':
      return `refused ${subject}: ${change.reason}; ${change.remedy}`;
    default:
      return assertNever(change);
  }
}

function properties(changes: readonly PropertyChange[]): string {
  return changes.map(({ path, before, after }) => `${path} ${text(before)} -> ${text(after)}`).join(', ');
}

function text(value: PropertyChange['before']): string {
  if (value === undefined) return '(not set)';
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  return whole.length > MAX_VALUE ? `${whole.slice(0, MAX_VALUE)}…` : whole;
}
