import type { KindName } from '../../resources/kind';
import type { PropertyChange } from '../../resources/change';
import { findingsOf } from './classify-change';
import type { DriftClass } from './finding';

const classes = (kind: KindName, properties: PropertyChange[]) =>
  findingsOf({ kind, name: 'x' }, { action: 'update', desired: {}, properties }).map(
    (finding) => finding.class,
  );

test.each<[KindName, PropertyChange, DriftClass]>([
  ['topic', { path: 'config.retention.ms', before: '1', after: '2' }, 'changed'],
  ['query', { path: 'statement', before: 'a', after: 'b' }, 'query-different'],
  ['query', { path: 'state', before: 'PAUSED', after: 'RUNNING' }, 'query-not-running'],
  ['query', { path: 'query', after: 'RUNNING' }, 'query-not-running'],
  ['connector', { path: 'tasks.0.state', before: 'FAILED: no such bucket', after: 'RUNNING' }, 'task-failed'],
  ['connector', { path: 'state', before: 'PAUSED', after: 'RUNNING' }, 'changed'],
  ['subject', { path: 'compatibility', before: 'NONE', after: 'BACKWARD' }, 'compatibility-changed'],
  ['subject', { path: 'schema', before: 'a', after: 'b' }, 'schema-ahead'],
  ['scram-user', { path: 'password', before: '(secret)', after: '(secret)' }, 'password-rejected'],
  ['bucket-user', { path: 'secret', before: '(secret)', after: '(secret)' }, 'password-rejected'],
  ['bucket', { path: 'policy', before: '{}' }, 'bucket-changed'],
])('a %s that differs in %j is of class %s', (kind, property, expected) => {
  expect(classes(kind, [property])).toEqual([expected]);
});

it('says apart what is of two classes', () => {
  const both = [
    { path: 'compatibility', before: 'NONE', after: 'BACKWARD' },
    { path: 'schema', before: 'a', after: 'b' },
  ];
  expect(classes('subject', both)).toEqual(['compatibility-changed', 'schema-ahead']);
});

it('is missing where it would be created, and says so', () => {
  expect(findingsOf({ kind: 'topic', name: 'a' }, { action: 'create', desired: {} })).toEqual([
    { kind: 'topic', name: 'a', class: 'missing', text: 'is declared and not there' },
  ]);
});

it('never shows a statement or a password', () => {
  const [finding] = findingsOf(
    { kind: 'query', name: 'a' },
    {
      action: 'update',
      desired: {},
      properties: [{ path: 'statement', before: 'SELECT 1', after: 'SELECT 2' }],
    },
  );
  expect(finding!.text).toBe('its statement is another one');
});
