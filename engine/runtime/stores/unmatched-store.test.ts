import type { Column } from '../../catalog/catalog';
import { storedKey, storedKeyColumns } from '../windowed-key';
import { UnmatchedStore } from './unmatched-store';

const ID: Column = { name: 'ID', type: { kind: 'STRING' } };
const VALUE: readonly Column[] = [{ name: 'V', type: { kind: 'INTEGER' } }];

function shapeOf(isWindowed: boolean): ConstructorParameters<typeof UnmatchedStore>[0] {
  const keyColumns = storedKeyColumns([ID], isWindowed);
  const spec = {
    name: 'waiting',
    changelogTopic: 'waiting-changelog',
    kind: 'KEY_VALUE',
    cleanupPolicy: 'compact',
    keyColumns,
    valueColumns: VALUE,
  } as const;
  return { spec, stateColumns: VALUE, rightColumns: VALUE };
}

const byKey = (a: readonly unknown[], b: readonly unknown[]): number => (String(a) < String(b) ? -1 : 1);

describe('rows that wait for a partner', () => {
  it.each([
    ['without a window', null],
    ['with the window of their key', { start: 1000, end: 2000 }],
  ])('come back from the changelog %s', (_, window) => {
    const log: [Buffer, Buffer | null][] = [];
    const shape = shapeOf(window !== null);
    const before = new UnmatchedStore(shape, (_topic, key, value) => log.push([key, value]), byKey);
    before.add('RIGHT', storedKey(['a'], window), window, [7], 1500);
    before.flushChangelog();

    const after = new UnmatchedStore(shape, () => undefined, byKey);
    for (const [key, value] of log) after.restore(key, value);
    expect([...after.all()]).toMatchObject([{ side: 'RIGHT', window, value: [7], timestamp: 1500 }]);
  });

  it('stand in the order of time, right before left, then of keys', () => {
    const store = new UnmatchedStore(shapeOf(false), () => undefined, byKey);
    store.add('LEFT', ['c'], null, [1], 10);
    store.add('LEFT', ['a'], null, [2], 10);
    store.add('RIGHT', ['z'], null, [3], 10);
    store.add('LEFT', ['y'], null, [4], 5);
    expect([...store.all()].map(({ value }) => value[0])).toEqual([4, 3, 2, 1]);
  });
});
