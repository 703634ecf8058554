import type { Change, PropertyChange } from '../../resources/change';
import type { KindName } from '../../resources/kind';
import type { DriftClass, Finding } from './finding';

interface Subject {
  readonly kind: KindName;
  readonly name: string;
}

/** What a change that would repair something says about how it drifted: one finding a class. */
export function findingsOf(subject: Subject, change: Change<unknown>): Finding[] {
  if (change.action === 'create')
    return [{ ...subject, class: 'missing', text: 'is declared and not there' }];
  const byClass = new Map<DriftClass, PropertyChange[]>();
  for (const property of change.properties) {
    const found = classOf(subject.kind, property);
    byClass.set(found, [...(byClass.get(found) ?? []), property]);
  }
  return [...byClass].map(([driftClass, properties]) => ({
    ...subject,
    class: driftClass,
    text: properties.map(textOf).join(', '),
    properties,
  }));
}

function classOf(kind: KindName, { path, before }: PropertyChange): DriftClass {
  switch (kind) {
    case 'query':
      return path === 'statement' ? 'query-different' : 'query-not-running';
    case 'connector':
      return typeof before === 'string' && before.startsWith('FAILED') ? 'task-failed' : 'changed';
    case 'subject':
      return path === 'compatibility' ? 'compatibility-changed' : 'schema-ahead';
    case 'scram-user':
    case 'plain-user':
      return path === 'password' ? 'password-rejected' : 'changed';
    case 'bucket-user':
      return path === 'secret' ? 'password-rejected' : 'changed';
    case 'bucket':
      return 'bucket-changed';
    case 'topic':
    case 'acl':
    case 'quota':
    case 'kubernetes':
      return 'changed';
    default:
      return kind satisfies never;
  }
}

const MAX_VALUE = 120;

/** A statement is long: that it differs is said here, both texts stand in the JSON report. */
function textOf({ path, before, after }: PropertyChange): string {
  if (path === 'statement' || path === 'schema') return `its ${path} is another one`;
  if (path === 'password' || path === 'secret') return `its ${path} is not the declared one`;
  return `${path} is ${valueText(before)}, declared is ${valueText(after)}`;
}

function valueText(value: PropertyChange['before']): string {
  if (value === undefined) return '(nothing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
