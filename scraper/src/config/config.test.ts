import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './check';
import { loadConfig } from './config';
import { loadKinds, parseKind } from './kinds';
import { parseTargets } from './targets';

const folder = mkdtempSync(join(tmpdir(), 'scraper-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const MINIMAL = `
kafka: { brokers: ['127.0.0.1:1'], username: scraper, password_file: secret }
registry: { url: 'http://127.0.0.1:2' }
buffer: { folder: /var/lib/scraper }
listen: { port: 0 }
sources: [{ type: file, path: targets.yaml }]
`;

describe('configuration', () => {
  test('fills the defaults', () => {
    const config = loadConfig(write('minimal.yaml', MINIMAL));
    expect(config.kafka.topic).toBe('telemetry.orchestrator_scrape.v1');
    expect(config.limits).toMatchObject({ concurrency: 256, per_host: 4, discovered_concurrency: 128 });
    expect(config.backoff.open_after).toBe(5);
    expect(config.allowed_cidrs).toEqual(['public']);
  });

  test('reports every problem with its path, together', () => {
    const text = MINIMAL.replace('port: 0', 'port: 70000').replace("'http://127.0.0.1:2'", 'nowhere');
    const file = write('bad.yaml', `${text}extra: 1\nallowed_cidrs: [10.0.0.0/8, 10.0.0/8]\n`);
    expect(() => loadConfig(file)).toThrow(ConfigError);
    expect(() => loadConfig(file)).toThrow(
      /4 problem\(s\)[\s\S]*registry\.url[\s\S]*listen\.port[\s\S]*allowed_cidrs\.1: "10\.0\.0\/8" is no CIDR range[\s\S]*extra/,
    );
  });

  test.each([
    ['a YAML error', 'a: [1', /broken\.yaml/],
    ['an empty file', '', /\(root\)/],
    [
      'a broker without a port',
      MINIMAL.replace('127.0.0.1:1', 'kafka'),
      /kafka\.brokers\.0: expected host:port/,
    ],
    ['an unknown kind of source', MINIMAL.replace('type: file', 'type: dns'), /sources\.0\.type/],
  ])('names the place of %s', (_, text, message) => {
    expect(() => loadConfig(write('broken.yaml', text))).toThrow(message);
  });

  test('names a file that is not there', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'))).toThrow(/none\.yaml[\s\S]*cannot be read/);
  });
});

describe('configuration from the environment', () => {
  const load = (variables: Record<string, string>) => loadConfig(write('env.yaml', MINIMAL), variables);

  test('wins over the file, with lists and numbers as YAML has them', () => {
    const config = load({
      SCRAPER__KAFKA__USERNAME: 'scraper-b',
      SCRAPER__KAFKA__BROKERS: '["a:1", "b:2"]',
      SCRAPER__LIMITS__CONCURRENCY: '7',
      OTHER: 'x',
    });
    expect(config.kafka).toMatchObject({ username: 'scraper-b', brokers: ['a:1', 'b:2'] });
    expect(config.limits).toMatchObject({ concurrency: 7, per_host: 4 });
  });

  test.each([
    ['SCRAPER__KAFKA__USER', 'x', /kafka: Unrecognized key: "user"/],
    ['SCRAPER__LIMITS__CONCURRENCY', 'many', /limits\.concurrency/],
    ['SCRAPER__LISTEN__PORT__X', '1', /SCRAPER__LISTEN__PORT__X[\s\S]*"port" holds no keys/],
    ['SCRAPER__', '1', /SCRAPER__: expected/],
    ['SCRAPER____PROTO____X', '1', /expected SCRAPER__KEY/],
  ])('refuses %s=%s with its name or path', (name, value, message) => {
    expect(() => load({ [name]: value })).toThrow(message);
  });
});

describe('kinds', () => {
  test('that are shipped fit, each name once', () => {
    const kinds = loadKinds(join(__dirname, '..', '..', 'kinds'));
    const roles = new Set(kinds.map(({ role }) => role));
    expect([...roles].sort()).toEqual(
      ['dcgm', 'gateway', 'leaderboard', 'orchestrator', 'orchestrator_cli', 'runner'], // prettier-ignore
    );
  });

  test.each([
    [{ name: 'X', role: 'runner', path: '/' }, /name: expected lower-case/],
    [{ name: 'x', role: 'runner', path: 'x' }, /path/],
    [{ name: 'x', role: 'runner', path: '/{target}' }, /path: expected no placeholder but/],
    [{ name: 'x', role: 'runner', path: '/', metrics: ['a'] }, /metrics/],
    [{ name: 'x', role: 'runner', path: '/', parser: 'xml' }, /parser/],
    [{ name: 'x', role: 'node', path: '/' }, /role/],
    [[], /\(root\)/],
  ])('refuses %j', (value, message) => expect(() => parseKind(value, 'x.yaml')).toThrow(message));

  test('names a name that two files have, and a folder without any', () => {
    const empty = join(folder, 'kinds');
    mkdirSync(empty);
    expect(() => loadKinds(empty)).toThrow(/no kind: expected one \.yaml file a kind/);
    for (const file of ['a', 'b']) write(`kinds/${file}.yaml`, 'name: same\nrole: runner\npath: /\n');
    expect(() => loadKinds(empty)).toThrow('kind "same" is declared 2 times');
  });
});

describe('lists of targets', () => {
  const target = { id: 'a', role: 'runner', url: 'http://127.0.0.1:1' };

  test.each([
    [[target, { ...target, id: 'b' }, target], 'target id "a" is declared 2 times: entries 0, 2'],
    [[target, { ...target, pin: 'x' }], '1: Unrecognized key: "pin"'],
    [[{ ...target, url: 'ftp://x' }], '0.url: expected a URL that begins with http:// or https://'],
    [[{ ...target, url: undefined }], '0.url'],
    [[target, null], '1: '],
    [[{ ...target, pin_sha256: 'ab:cd' }], '0.pin_sha256: expected a SHA-256 fingerprint'],
    ['text', '(root)'],
    [{ nodes: [target] }, '(root)'],
  ])('names what is wrong and where: %j', (list, message) => {
    expect(() => parseTargets(list, 'targets.yaml')).toThrow(message);
    expect(() => parseTargets(list, 'targets.yaml')).toThrow(/^targets\.yaml: /);
  });

  test('may lie under "targets", and an empty file is an empty list', () => {
    expect(parseTargets({ targets: [target] }, 'list')).toHaveLength(1);
    expect(parseTargets(null, 'list')).toEqual([]);
  });

  test('shows the first problems of many', () => {
    const many = Array.from({ length: 500 }, () => ({ ...target, url: 'x' }));
    expect(() => parseTargets(many, 'list')).toThrow(/500 problem\(s\)[\s\S]*and 480 more/);
  });
});
