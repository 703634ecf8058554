import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { install, readSettings } from '../../lab';
import { installPart } from '../../lab/install/parts';
import { jarFolder } from '../../lab/platform/java';
import { plainUsersJar } from '../../lab/platform/plain-users-jar';

jest.setTimeout(120_000);

/**
 * The gateways' users in a cluster: a Kubernetes secret that the brokers mount as a folder. The kubelet writes a new folder and
 * turns one symbolic link around. The class that runs in the brokers is asked as they ask it, while that happens under it.
 */
let folder: string;
let broker: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;
let generation = 0;

beforeAll(async () => {
  const settings = readSettings();
  const { folder: kafka } = await install(settings, installPart('kafka'));
  const jars = jarFolder(kafka);
  const jar = await plainUsersJar(settings, jars);
  folder = mkdtempSync(path.join(tmpdir(), 'naap-mount-'));
  publish({ 'gateway-1': 'one', 'gateway-2': 'two' });
  symlinkSync(path.join('..data', 'users'), path.join(folder, 'users'));
  const classPath = [path.join(jars, '*'), jar].join(path.delimiter);
  const program = path.join(__dirname, 'LoginTries.java');
  broker = spawn('java', ['-cp', classPath, program, path.join(folder, 'users')]);
  answers = createInterface({ input: broker.stdout })[Symbol.asyncIterator]();
});
afterAll(() => {
  broker?.stdin.end();
  if (folder) rmSync(folder, { recursive: true });
});

/** As the kubelet's atomic writer does it. */
function publish(users: Record<string, string>): void {
  const name = `..2026_${++generation}`;
  mkdirSync(path.join(folder, name));
  const lines = Object.entries(users).map(([user, password]) => `${user}=${password}\n`);
  writeFileSync(path.join(folder, name, 'users'), lines.join(''));
  symlinkSync(name, path.join(folder, '..data_tmp'));
  renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
}

async function logsIn(user: string, password: string): Promise<boolean> {
  broker.stdin.write(`${user} ${password}\n`);
  // What else it prints is its log.
  for (;;) {
    const { value } = (await answers.next()) as { value: string | undefined };
    if (value === undefined) throw new Error('the program that stands for the broker has ended');
    if (value.startsWith('login ')) return value === 'login true';
  }
}

it('lets in who is in the secret, and nobody else', async () => {
  expect(await logsIn('gateway-1', 'one')).toBe(true);
  expect(await logsIn('gateway-1', 'two')).toBe(false);
  expect(await logsIn('gateway-3', 'three')).toBe(false);
});

it('adds, changes and revokes users at the next login, in the same process', async () => {
  publish({ 'gateway-1': 'new', 'gateway-3': 'three' });
  expect(await logsIn('gateway-3', 'three')).toBe(true);
  expect(await logsIn('gateway-1', 'new')).toBe(true);
  expect(await logsIn('gateway-1', 'one')).toBe(false);
  expect(await logsIn('gateway-2', 'two')).toBe(false);
});

it('sees a change of the same length at once', async () => {
  publish({ 'gateway-1': 'abc', 'gateway-3': 'three' });
  expect(await logsIn('gateway-1', 'abc')).toBe(true);
  publish({ 'gateway-1': 'xyz', 'gateway-3': 'three' });
  expect(await logsIn('gateway-1', 'abc')).toBe(false);
  expect(await logsIn('gateway-1', 'xyz')).toBe(true);
});

it('lets nobody in while there is no file, and all again when it is back', async () => {
  renameSync(path.join(folder, '..data'), path.join(folder, '..gone'));
  expect(await logsIn('gateway-3', 'three')).toBe(false);
  renameSync(path.join(folder, '..gone'), path.join(folder, '..data'));
  expect(await logsIn('gateway-3', 'three')).toBe(true);
});
