import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { usersFile } from './users-file';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'naap-users-'));
  file = path.join(folder, 'secrets', 'users');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('holds a line each, in order, for its owner only', async () => {
  await usersFile(file).write({ b: 'two = 2 "x"', a: 'one' });
  expect(readFileSync(file, 'utf8')).toBe('a=one\nb=two = 2 "x"\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await usersFile(file).read()).toEqual({ a: 'one', b: 'two = 2 "x"' });
});

it('has nobody where there is no file', async () => {
  expect(await usersFile(file).read()).toEqual({});
  await usersFile(file).remove('a');
  expect(await usersFile(file).read()).toEqual({});
});

it('takes one away and leaves the others', async () => {
  const users = usersFile(file);
  await users.write({ a: '1', b: '2' });
  await Promise.all([users.remove('a'), users.remove('x')]);
  expect(await users.read()).toEqual({ b: '2' });
});

it('loses nobody when several write at a time', async () => {
  const users = usersFile(file);
  await users.put({ a: 'old' });
  await Promise.all([...'abcdefgh'].map((name) => users.put({ [name]: `of ${name}` })));
  expect(Object.entries(await users.read()).map(([name, password]) => `${name}:${password}`)).toEqual(
    [...'abcdefgh'].map((name) => `${name}:of ${name}`),
  );
});

it.each([
  [{ 'a=b': 'x' }, 'user "a=b": expected a name'],
  [{ a: 'x\ny' }, 'its password holds a line break'],
])('refuses what a line cannot hold, and keeps the file: %j', async (users, reason) => {
  await usersFile(file).write({ kept: '1' });
  await expect(usersFile(file).write(users)).rejects.toThrow(reason);
  expect(await usersFile(file).read()).toEqual({ kept: '1' });
});
