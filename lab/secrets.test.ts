import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureSecret, readPassword, writePrivateFile } from './secrets';

describe('secrets', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'naap-secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const permissions = (file: string): number => statSync(file).mode & 0o777;

  it('are made once, long, and for their owner only', () => {
    const file = path.join(folder, 'deep', 'one');
    const secret = ensureSecret(file);
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(ensureSecret(file)).toBe(secret);
    expect(permissions(file)).toBe(0o600);
    expect(permissions(path.dirname(file))).toBe(0o700);
    expect(ensureSecret(path.join(folder, 'two'))).not.toBe(secret);
  });

  it('stay private whatever the umask', () => {
    const before = process.umask(0o000);
    try {
      writePrivateFile(path.join(folder, 'open'), 'x');
    } finally {
      process.umask(before);
    }
    expect(permissions(path.join(folder, 'open'))).toBe(0o600);
  });

  it('are read without the line end of an editor', () => {
    writePrivateFile(path.join(folder, 'edited'), 'secret\n');
    expect(readPassword({ username: 'u', passwordFile: path.join(folder, 'edited') })).toBe('secret');
  });

  it('say whose password is missing', () => {
    expect(() => readPassword({ username: 'connect', passwordFile: '/nowhere' })).toThrow(
      'of user "connect" does not exist',
    );
  });
});
