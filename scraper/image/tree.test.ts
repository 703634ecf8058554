import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the image adds to its base, put together without Docker by what the Dockerfile runs. */
const MAX_BYTES = 60 * 1024 * 1024;
const tree = mkdtempSync(path.join(tmpdir(), 'scraper-image-'));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', env: { PATH: process.env.PATH } });

describe('the image', () => {
  beforeAll(() => {
    node(path.join(__dirname, 'assemble.js'), tree);
  }, 120_000);

  test('holds the scraper alone, and stays small', () => {
    const size = files(tree).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(size).toBeLessThan(MAX_BYTES);
    expect(readdirSync(tree).sort()).toEqual(['dist', 'kinds', 'node_modules']);
    const packages = readdirSync(path.join(tree, 'node_modules'));
    expect(packages).toContain('classic-level');
    expect(packages.filter((name) => /jest|typescript|pulumi|duckdb|esbuild/.test(name))).toEqual([]);
    expect(files(tree).filter((file) => /\.(cc|gyp)$|prebuilds.(win32|darwin|android)/.test(file))).toEqual(
      [],
    );
  });

  test('has all that it needs to run', () => {
    const config = path.join(tree, 'scraper.json');
    writeFileSync(
      config,
      JSON.stringify({
        kafka: { brokers: ['kafka:9092'], username: 'scraper', password_file: 'password' },
        registry: { url: 'http://registry' },
        buffer: { folder: 'buffer' },
        listen: { port: 9100 },
        sources: [{ type: 'file', path: 'targets.yaml' }],
      }),
    );
    expect(node('dist/scraper.js', '--config', config, '--check')).toMatch(/^ok: 15 kinds, 1 sources/);
    expect(node('-p', "typeof require('./dist/buffered-producer.js').openBufferedProducer").trim()).toBe(
      'function',
    );
    // The native package finds its binary.
    const script =
      "const { ClassicLevel } = require('classic-level'); const db = new ClassicLevel('db'); db.open().then(() => db.close()).then(() => console.log('opened'));";
    expect(node('-e', script).trim()).toBe('opened');
  });
});
