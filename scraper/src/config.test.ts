import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, loadKinds, parseTargets } from './config';

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
listen: { port: 0 }
sources: [{ type: file, path: targets.yaml }]
`;

describe('configuration', () => {
  test('fills the defaults', () => {
    const config = loadConfig(write('minimal.yaml', MINIMAL));
    expect(config.kafka.topic).toBe('telemetry.orchestrator_scrape.v1');
    expect(config.limits).toEqual({ concurrency: 64, per_host: 4, targets: 10_000, queued_events: 10_000 });
    expect(config.backoff.open_after).toBe(5);
  });

  test('reports every problem with its path, together', () => {
    const file = write(
      'bad.yaml',
      MINIMAL.replace('port: 0', 'port: 70000').replace("'http://127.0.0.1:2'", 'nowhere') + 'extra: 1\n',
    );
    expect(() => loadConfig(file)).toThrow(ConfigError);
    expect(() => loadConfig(file)).toThrow(
      /3 problem\(s\)[\s\S]*registry\.url[\s\S]*listen\.port[\s\S]*extra/,
    );
  });

  test('names the file of a YAML error', () => {
    expect(() => loadConfig(write('broken.yaml', 'a: [1'))).toThrow(/broken\.yaml/);
  });

  test('reads the kinds that are shipped, each name once', () => {
    const kinds = loadKinds(join(__dirname, '..', 'kinds'));
    expect(kinds.map((kind) => kind.name)).toEqual(
      expect.arrayContaining(['hardware_stats', 'network_capabilities', 'dcgm_metrics']),
    );
    expect(new Set(kinds.map((kind) => kind.name)).size).toBe(kinds.length);
  });

  test('refuses targets with the same id, and fields that do not exist', () => {
    const target = { id: 'a', role: 'runner', url: 'http://127.0.0.1:1' };
    expect(() => parseTargets([target, target], 'list')).toThrow('target id "a" is declared twice');
    expect(() => parseTargets([{ ...target, pin: 'x' }], 'list')).toThrow(/pin/);
    expect(() => parseTargets([{ ...target, url: 'ftp://x' }], 'list')).toThrow(/0\.url/);
    expect(parseTargets({ targets: [target] }, 'list')).toHaveLength(1);
  });
});
