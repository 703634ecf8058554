import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceConfig } from '../config/config';
import type { Scraper } from '../http/http-scraper';
import type { Target } from '../target';
import { createSource } from './source';

const folder = mkdtempSync(join(tmpdir(), 'scraper-source-'));
afterAll(() => rmSync(folder, { recursive: true }));
const logged: string[] = [];
const asked: Target[] = [];
/** A server that gives these bodies, one a request. */
const serving = (...bodies: string[]): Scraper => ({
  scrape: (target) => {
    asked.push(target);
    return Promise.resolve({ status: 200, body: Buffer.from(bodies.shift() ?? ''), notModified: false });
  },
});
const source = (config: SourceConfig, scraper: Scraper = serving()) =>
  createSource(config, scraper, (_, message) => logged.push(message));
const TARGET = { id: 'a', role: 'runner', url: 'http://10.0.0.1:8000' };
const HTTP = { type: 'http', url: 'https://user:secret@lists.example/targets', refresh_ms: 1_000 } as const;
const CAPABILITIES = { type: 'capabilities', url: 'http://gateway:5935/getNetworkCapabilities', tls: 'first_seen', refresh_ms: 1_000 } as const; // prettier-ignore

describe('a file of targets', () => {
  const path = join(folder, 'targets.yaml');
  const put = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };

  test('is read again when it changed; one that is bad is named with the place, and read again when it is mended', async () => {
    const file = source({ type: 'file', path, refresh_ms: 100 });
    await expect(file.read()).rejects.toThrow(/ENOENT/);
    put(JSON.stringify([TARGET]));
    const first = await file.read();
    expect(first).toMatchObject([{ id: 'a', targetClass: 'configured', orchestratorId: 'a' }]);
    expect(await file.read()).toBe(first);
    put(`- ${JSON.stringify(TARGET)}\n- { id: b, role: runner, url: nowhere }`);
    await expect(file.read()).rejects.toThrow(/targets\.yaml: 1 problem\(s\)\n {2}1\.url: expected a URL/);
    await expect(file.read()).rejects.toThrow('1.url');
    put(`- ${JSON.stringify(TARGET)}\n- { id: b, role: runner, url: 'http://10.0.0.2' }`);
    expect((await file.read()).map(({ id }) => id)).toEqual(['a', 'b']);
    put('');
    expect(await file.read()).toEqual([]);
  });
});

describe('a list over HTTP', () => {
  test('is the same list until it differs, and is asked for as a configured target whose login is not shown', async () => {
    const list = source(HTTP, serving(JSON.stringify([TARGET]), JSON.stringify([TARGET]), '[]'));
    expect(list.name).toBe('https://lists.example/targets');
    const first = await list.read();
    expect(await list.read()).toBe(first);
    expect(await list.read()).toEqual([]);
    expect(asked.at(-1)).toMatchObject({ targetClass: 'configured', url: HTTP.url });
  });

  test('that is none is refused by its name, without its login', async () => {
    const list = source(HTTP, serving('<html>', '{"targets": 5}'));
    await expect(list.read()).rejects.toThrow(/^https:\/\/lists\.example\/targets: /);
    await expect(list.read()).rejects.toThrow(/^https:\/\/lists\.example\/targets: /);
  });
});

describe('the network’s capabilities', () => {
  test('are discovered targets; what is left out is said when its number changes', async () => {
    const answer = (...uris: string[]): string =>
      JSON.stringify({ orchestrators: uris.map((orch_uri, i) => ({ address: `0x${i}`, orch_uri })) });
    logged.length = 0;
    const list = source(
      CAPABILITIES,
      serving(answer('https://a', 'x'), answer('https://a', 'y'), answer('https://a'), 'no json'),
    );
    expect(await list.read()).toMatchObject([
      { id: 'https://a', targetClass: 'discovered', tls: 'first_seen' },
    ]);
    await list.read();
    expect(logged).toEqual([expect.stringContaining('1 entries name no orchestrator')]);
    await list.read();
    expect(logged).toHaveLength(2);
    await expect(list.read()).rejects.toThrow(/getNetworkCapabilities: [\s\S]*is not JSON/);
  });
});
