import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSettings } from '../settings';
import type { LabSettings } from '../settings';
import { fingerprint } from './fingerprint';
import { install } from './install';
import { locate, partFolder, stampFile } from './locate';
import { downloadedBytes } from './maven';
import { installPart } from './parts';

describe('install', () => {
  let folder: string;
  let settings: LabSettings;
  const kafka = installPart('kafka');
  const minio = installPart('minio');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'naap-install-'));
    settings = readSettings({ NAAP_HOME: folder, HOME: folder, PATH: path.join(folder, 'bin') });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function place(stamp: object): void {
    const target = partFolder(settings, kafka);
    mkdirSync(path.dirname(path.join(target, kafka.check)), { recursive: true });
    writeFileSync(path.join(target, kafka.check), '');
    writeFileSync(stampFile(target), JSON.stringify(stamp));
  }

  function program(file: string): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
    return file;
  }

  it('installs nothing where a part is there with the same fingerprint', async () => {
    place({ fingerprint: fingerprint(settings.root, kafka) });
    await expect(install(settings, kafka)).resolves.toMatchObject({
      source: 'cache',
      folder: partFolder(settings, kafka),
    });
  });

  it('does not take a part whose pom has changed since', () => {
    place({ fingerprint: 'another' });
    expect(locate(settings, kafka)).toBeUndefined();
  });

  it('does not take a part that was never finished', () => {
    mkdirSync(`${partFolder(settings, kafka)}.partial`, { recursive: true });
    expect(locate(settings, kafka)).toBeUndefined();
  });

  it('uses a program on PATH as it is', () => {
    const file = program(path.join(folder, 'bin', 'minio'));
    expect(locate(settings, minio)).toMatchObject({ source: 'PATH', program: file });
  });

  it('prefers the program that its variable names', () => {
    program(path.join(folder, 'bin', 'minio'));
    const file = program(path.join(folder, 'mine'));
    const own = readSettings({ ...settings.env, MINIO_BIN: file });
    expect(locate(own, minio)).toMatchObject({ source: 'variable', program: file });
  });

  it.each([
    ['MINIO_BIN', '/nowhere/minio', 'does not exist'],
    ['MINIO_BIN', '/', 'expected an executable file'],
    ['KAFKA_HOME', '/etc/hostname', 'expected a folder'],
  ])('refuses %s=%s: %s', (variable, value, message) => {
    const wrong = readSettings({ ...settings.env, [variable]: value });
    expect(() => locate(wrong, variable === 'MINIO_BIN' ? minio : kafka)).toThrow(message);
  });

  it('keeps what was downloaded when it fails, and leaves no half-filled part', async () => {
    // A Maven of our own that stores something in its repository and then fails.
    const script = `#!/bin/sh\nfor a in "$@"; do case "$a" in -Dmaven.repo.local=*) mkdir -p "\${a#*=}"; echo jar > "\${a#*=}/jar";; esac; done\necho "no route"; exit 1\n`;
    writeFileSync(program(path.join(folder, 'bin', 'mvn')), script);
    const before = process.env.PATH;
    process.env.PATH = `${path.join(folder, 'bin')}:${before}`;
    try {
      await expect(install(settings, kafka)).rejects.toThrow(/mvn ended with exit code 1:\n[\s\S]*no route/);
    } finally {
      process.env.PATH = before;
    }
    expect(readFileSync(path.join(folder, 'kafka', 'work', 'repository', 'jar'), 'utf8')).toBe('jar\n');
    expect(existsSync(partFolder(settings, kafka))).toBe(false);
    expect(existsSync(path.join(folder, 'kafka', '.lock'))).toBe(false);
  });
});

describe('downloadedBytes', () => {
  it.each([
    ['Downloaded from central: https://repo.example/a.jar (5.2 MB at 3.1 MB/s)', 5.2e6],
    ['[INFO] Downloaded from central: https://repo.example/a.pom (941 B at 9 kB/s)', 941],
    ['Downloaded from internal: https://repo.example/b.jar (12 kB at 1.2 MB/s)', 12e3],
    ['Downloading from central: https://repo.example/a.jar', 0],
    ['[INFO] BUILD SUCCESS', 0],
  ])('%s', (line, bytes) => {
    expect(downloadedBytes(line)).toBeCloseTo(bytes);
  });
});
