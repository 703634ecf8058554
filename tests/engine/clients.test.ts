/** Stock clients, as published, against the engine in memory: their whole public surface. Installed into a folder of their own. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEngine } from '../../engine/server/bootstrap';

const run = promisify(execFile);
const SCRIPTS = join(__dirname, 'clients');
/** Kept between runs: installing takes longer than using. */
const HOME = join(process.env.NAAP_HOME ?? join(tmpdir(), 'naap-clients'), 'stock-clients');
const INSTALL_LIMIT_MS = 120_000;
jest.setTimeout(180_000);

interface Client {
  readonly name: string;
  /** Folder with the client and its version. */
  readonly folder: string;
  readonly install: (folder: string) => void;
  readonly use: (folder: string, url: string) => readonly [string, readonly string[]];
}

function runNow(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'pipe', timeout: INSTALL_LIMIT_MS });
}

function pip(folder: string, ...packages: readonly (readonly string[])[]): void {
  runNow('python3', ['-m', 'venv', folder]);
  for (const args of packages) runNow(join(folder, 'bin/pip'), ['install', '-q', ...args]);
}

const NPM: Client = {
  name: 'npm ksqldb-client',
  folder: 'ksqldb-client-1.0.5',
  install: (folder) => {
    mkdirSync(folder, { recursive: true });
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
    runNow('npm', ['install', ...options, 'ksqldb-client@1.0.5']);
  },
  use: (folder, url) => [process.execPath, [join(SCRIPTS, 'use-ksqldb-client.cjs'), url, folder]],
};
const PYPI_KSQL: Client = {
  name: 'PyPI ksql',
  folder: 'ksql-0.10.2',
  // It is built with the help of a setuptools that still knew `use_2to3`.
  install: (folder) => pip(folder, ['setuptools<58', 'wheel'], ['--no-build-isolation', 'ksql==0.10.2']),
  use: (folder, url) => [join(folder, 'bin/python'), [join(SCRIPTS, 'use_ksql.py'), url]],
};
const PYPI_KSQLDB: Client = {
  name: 'PyPI ksqldb',
  folder: 'ksqldb-1.0.1',
  install: (folder) => pip(folder, ['ksqldb==1.0.1', 'httpx[http2]==0.28.1']),
  use: (folder, url) => [join(folder, 'bin/python'), [join(SCRIPTS, 'use_ksqldb.py'), url]],
};

/** Why the client cannot be had here (no network, no pip); undefined once it is installed. */
function problem(client: Client): string | undefined {
  const folder = join(HOME, client.folder);
  if (existsSync(join(folder, 'installed'))) return undefined;
  rmSync(folder, { recursive: true, force: true });
  try {
    client.install(folder);
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
  mkdirSync(join(folder, 'installing'), { recursive: true });
  renameSync(join(folder, 'installing'), join(folder, 'installed'));
  return undefined;
}

/** What the client's script printed. */
async function results(client: Client): Promise<unknown> {
  const running = await startEngine({
    text: 'listeners=http://127.0.0.1:0\nksql.streams.auto.offset.reset=earliest\n',
    memory: true,
    log: () => undefined,
  });
  try {
    const [program, args] = client.use(join(HOME, client.folder), running.urls[0]!);
    const { stdout } = await run(program, args, { timeout: 60_000 });
    return JSON.parse(stdout) as unknown;
  } finally {
    await running.stop();
  }
}

/** Runs a client and compares. */
function uses(client: Client, expected: Record<string, unknown>): void {
  // Before the tests are named: a test that is skipped must say so, and why.
  const missing = problem(client);
  const name = `${client.name} does all that it can do`;
  if (missing) it.skip(`${name} (skipped: it cannot be installed here: ${missing})`, () => undefined);
  else it(name, async () => expect(await results(client)).toEqual(expected));
}

const header = (columnNames: readonly string[], columnTypes: readonly string[]) => ({
  queryId: expect.stringMatching(/^transient_MADE_/) as unknown,
  columnNames,
  columnTypes,
});

uses(PYPI_KSQL, {
  version: '7.9.5',
  properties: true,
  create_stream: true,
  create_stream_as: true,
  inserts: [
    { status: 'ok', seq: 0 },
    { status: 'ok', seq: 1 },
  ],
  push: [
    { K: 'a', V: 1 },
    { K: 'b', V: 2 },
  ],
  pull: [{ K: 'b', V: 2 }],
  http2: expect.stringMatching(/^\{"queryId":"transient_MADE_.*\}\n\[1\]\n\[2\]\n$/),
  close: false,
  error: expect.stringMatching(/Syntax Error.*40001/),
});

uses(PYPI_KSQLDB, {
  properties: true,
  inserts: [
    { status: 'ok', seq: 0 },
    { status: 'ok', seq: 1 },
  ],
  pull: [header(['K', 'V'], ['STRING', 'INTEGER']), ['a', 1], ['b', 2]],
  push: [header(['V'], ['INTEGER']), [1], [2]],
  closed: true,
});

uses(NPM, {
  create: 200,
  insert: [{ status: 'ok', seq: 0 }],
  pull: [
    { K: 'a', V: 1 },
    { K: 'b', V: 2 },
  ],
  push: { rows: [{ V: 1 }, { V: 2 }], closed: 200 },
  streams: ['MADE'],
  tables: ['COUNTS'],
  topics: ['COUNTS', 'made'],
  queries: 1,
  describe: ['K', 'V'],
  error: 'Exception while preparing statement: NOWHERE does not exist.',
});
