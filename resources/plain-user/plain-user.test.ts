import { comparePlainUser, plainUserKind } from './index';
import type { PlainUser, PlainUserStore } from './index';

const desired: PlainUser = { username: 'gateway-1', password: 'file:/s/plain-gateway-1' };

describe('a user of the listener for gateways', () => {
  test.each<[string, { hasPassword: boolean } | undefined, unknown[]]>([
    ['is created when it is not there', undefined, [{ action: 'create' }]],
    ['is left alone when it has its password', { hasPassword: true }, []],
    [
      'gets its password when it has another, which is not shown',
      { hasPassword: false },
      [{ action: 'update', properties: [{ before: '(secret)', after: '(secret)' }] }],
    ],
  ])('%s', (_name, live, expected) => {
    expect(comparePlainUser(desired, live)).toMatchObject(expected);
    expect(comparePlainUser(desired, live)).toHaveLength(expected.length);
  });

  it('is written together with all others, once', async () => {
    const writes: Readonly<Record<string, string>>[] = [];
    const store: PlainUserStore = {
      read: () => Promise.resolve({ old: 'o' }),
      put: (users) => Promise.resolve(void writes.push(users)),
    };
    const kind = plainUserKind(store, (reference) => `secret of ${reference}`);
    const others = [desired, { username: 'gateway-2', password: 'env:P' }];
    await kind.apply(others.map((user) => ({ action: 'create', desired: user })));
    expect(writes).toEqual([
      { 'gateway-1': 'secret of file:/s/plain-gateway-1', 'gateway-2': 'secret of env:P' },
    ]);
  });
});
