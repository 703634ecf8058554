import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.join(__dirname, 'prerequisites.sh');

describe('prerequisites.sh', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'naap-tools-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs `code` after sourcing the script, with only the given tools and the system's own on PATH. */
  function run(
    code: string,
    tools: Readonly<Record<string, string>> = {},
  ): { status: number | null; text: string } {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, output] of Object.entries(tools)) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\necho '${output}'${name === 'java' ? ' >&2' : ''}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
    const system =
      'command() { if [ "$1" = -v ] && [ ! -x "$TOOLS/$2" ]; then return 1; fi; builtin command "$@"; }';
    const noInstaller = 'can_install_packages() { return 1; }';
    const source = `set -euo pipefail; source "${SCRIPT}"; ${system}; ${noInstaller}; ${code}`;
    const env = { PATH: `${bin}:${process.env.PATH}`, TOOLS: bin, HOME: folder, NAAP_ROOT: folder };
    const result = spawnSync('bash', ['-c', source], { env, encoding: 'utf8' });
    return { status: result.status, text: result.stdout + result.stderr };
  }

  const ALL = {
    node: 'v20.19.4',
    npm: '10.0.0',
    java: 'openjdk version "17.0.1"',
    javac: 'javac 17.0.1',
    mvn: '3.9',
    go: 'go version go1.26.8 linux/amd64',
    openssl: '3',
  };

  it.each([
    ['20.19.4', '20.19.4', 0],
    ['20.19.10', '20.19.4', 0],
    ['22.0.0', '20.19.4', 0],
    ['20.9.0', '20.19.4', 1],
    ['9.99.99', '20.19.4', 1],
    ['21', '17', 0],
    ['8', '17', 1],
  ])('version %s against minimum %s', (found, minimum, status) => {
    expect(run(`version_at_least ${found} ${minimum}`).status).toBe(status);
  });

  it('is silent when everything is there', () => {
    expect(run('require_tools', ALL)).toEqual({ status: 0, text: '' });
  });

  it('names each missing tool, why it is needed and how to get it, and ends with 2', () => {
    const { mvn: _mvn, ...rest } = ALL;
    const { status, text } = run('require_tools', rest);
    expect(status).toBe(2);
    expect(text).toMatch(/naap: mvn is missing\. It brings the JVM parts.*Install it: .*maven/);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['node', 'v18.20.0', 'node is version 18.20.0, expected 20.19.4 or later'],
    ['java', 'openjdk version "11.0.2"', 'java is version 11, expected 17 or later'],
    ['go', 'go version go1.19.8 linux/amd64', 'go is version 1.19.8, expected 1.21 or later'],
    ['java', 'java version "1.8.0_392"', 'java is version 1, expected 17 or later'],
  ])('refuses an old %s (%s)', (tool, version, message) => {
    const { status, text } = run('require_tools', { ...ALL, [tool]: version });
    expect(status).toBe(2);
    expect(text).toContain(message);
  });

  it('wants a JDK, not a runtime alone', () => {
    const { javac: _javac, ...rest } = ALL;
    const { status, text } = run('require_tools', rest);
    expect(status).toBe(2);
    expect(text).toContain('java comes without its compiler, javac: a JDK is needed');
  });

  it('does without go where MinIO is there already', () => {
    const { go: _go, ...rest } = ALL;
    expect(run('require_tools', rest).status).toBe(2);
    expect(run('export MINIO_BIN=/some/minio; require_tools', rest).status).toBe(0);
    expect(run('require_tools', { ...rest, minio: '' }).status).toBe(0);
  });
});
