import type { Acl } from '../acl/acl';
import { removePlainUsers } from './remove';

const right = (principal: string): Acl => ({
  principal: `User:${principal}`,
  host: '*',
  permission: 'ALLOW',
  operation: 'WRITE',
  resourceType: 'TOPIC',
  resourceName: 'telemetry.gateway.v1',
  pattern: 'LITERAL',
});

it('takes away who is no longer declared, rights before the login, and nobody else', async () => {
  const done: string[] = [];
  const sentences = await removePlainUsers({
    users: {
      read: () => Promise.resolve({ 'gateway-1': 'a', 'gateway-10': 'b', 'gateway-2': 'c' }),
      remove: (name) => Promise.resolve(void done.push(`login ${name}`)),
    },
    acls: {
      all: () =>
        Promise.resolve([right('gateway-1'), right('gateway-10'), right('gateway-10'), right('scraper')]),
      delete: (acls) => Promise.resolve(void done.push(...acls.map(({ principal }) => `right ${principal}`))),
    },
    declared: new Set(['gateway-1', 'gateway-2', 'gateway-3']),
  });
  expect(done).toEqual(['right User:gateway-10', 'right User:gateway-10', 'login gateway-10']);
  expect(sentences).toEqual(['delete plain-user "gateway-10" and its 2 rights: it is no longer declared']);
});

it('asks for no rights when everybody is declared', async () => {
  const unasked = (): never => {
    throw new Error('asked');
  };
  const users = { read: () => Promise.resolve({ 'gateway-1': 'a' }), remove: unasked };
  await expect(
    removePlainUsers({ users, acls: { all: unasked, delete: unasked }, declared: new Set(['gateway-1']) }),
  ).resolves.toEqual([]);
});
