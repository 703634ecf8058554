import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withCurrentUser } from './identity-file';
import { NotAppliedError, retire, rotate } from './rotate';
import type { RotateWorld } from './rotate';

/** Secrets as declared and as Kafka has them; `apply` is what `pulumi up` does. */
function fakeWorld(applies: boolean) {
  const declared: Record<string, string> = { p: 'old-a', 'p-b': 'old-b' };
  const kafka = { ...declared };
  const identities: Record<string, 'a' | 'b'> = {};
  let made = 0;
  const world: RotateWorld = {
    environment: { identities },
    principals: ['p'],
    readSecret: (user) => declared[user]!,
    writeSecret: (user, value) => (declared[user] = value),
    newSecret: () => `new-${++made}`,
    logsIn: (user, password) => Promise.resolve(kafka[user] === password),
    setCurrent: (principal, slot) => (identities[principal] = slot),
    say: () => undefined,
    waitFor: async (look) => {
      if (applies) Object.assign(kafka, declared);
      return look();
    },
  };
  return { world, declared, kafka, identities };
}

describe('a rotation', () => {
  it('gives the other user a new password before anybody uses it, and leaves the old one working', async () => {
    const { world, kafka, identities } = fakeWorld(true);
    await rotate(world, 'p');
    expect(identities).toEqual({ p: 'b' });
    expect(kafka).toEqual({ p: 'old-a', 'p-b': 'new-1' });
  });

  it('changes nothing in the declaration until it is applied, and goes on with the same secret', async () => {
    const { world, declared, kafka, identities } = fakeWorld(false);
    await expect(rotate(world, 'p')).rejects.toBeInstanceOf(NotAppliedError);
    await expect(rotate(world, 'p')).rejects.toThrow('apply it, then run this again');
    expect(identities).toEqual({});
    expect(declared['p-b']).toBe('new-1');
    Object.assign(kafka, declared);
  });

  it('retires the old password, not the one in use', async () => {
    const { world, kafka } = fakeWorld(true);
    await rotate(world, 'p');
    await retire(world, 'p');
    expect(kafka).toEqual({ p: 'new-2', 'p-b': 'new-1' });
  });

  it('does not retire while the user in use cannot log in', async () => {
    const { world, kafka } = fakeWorld(true);
    kafka.p = 'something else';
    await expect(retire(world, 'p')).rejects.toThrow('user "p" is in use and cannot log in');
  });

  it('knows whom it can rotate', async () => {
    await expect(rotate(fakeWorld(true).world, 'q')).rejects.toThrow(
      '"q" is no identity with two users; these are p',
    );
  });
});

describe('the line in the configuration', () => {
  const text = readFileSync(path.resolve(__dirname, '../../Pulumi.dev.yaml'), 'utf8');
  const lines = (all: string): string[] => all.split('\n');

  it('is added without touching any other line, and turned around', () => {
    const once = withCurrentUser(text, 'scraper', 'b');
    const added = lines(once).filter((line) => !lines(text).includes(line));
    expect(added).toEqual(['  naap:identities:', '    scraper: b']);
    expect(lines(text).filter((line) => !lines(once).includes(line))).toEqual([]);
    expect(withCurrentUser(once, 'scraper', 'a')).toBe(once.replace('scraper: b', 'scraper: a'));
  });
});
