import { readFile, stat } from 'node:fs/promises';
import { ConfigError, parseYaml } from '../config/check';
import type { SourceConfig } from '../config/config';
import type { TargetConfig } from '../config/targets';
import { parseTargets } from '../config/targets';
import type { Scraper } from '../http/http-scraper';
import type { Log } from '../log';
import { createTarget } from '../target';
import type { Target } from '../target';
import { targetsFromCapabilities } from './capabilities';

/**
 * Where targets come from. `read` throws when the source cannot be read; the last good list then stays in force. It returns the same
 * list as before when nothing changed.
 */
export interface TargetSource {
  readonly name: string;
  readonly refreshMs: number;
  read(): Promise<Target[]>;
}
type HttpSource = Extract<SourceConfig, { url: string }>;

const configured = (list: readonly TargetConfig[]): Target[] =>
  list.map((it) => createTarget(it, 'configured'));

export function createSource(config: SourceConfig, scraper: Scraper, log: Log): TargetSource {
  if (config.type === 'file') return fileSource(config.path, config.refresh_ms);
  const name = shown(config.url);
  const read =
    config.type === 'http' ? readList(config, scraper, name) : readCapabilities(config, scraper, name, log);
  return { name, refreshMs: config.refresh_ms, read: whenChanged(read) };
}

/** Reads the file again only when its modification time or size changed. */
function fileSource(path: string, refreshMs: number): TargetSource {
  let stamp = '';
  let targets: Target[] = [];
  return {
    name: path,
    refreshMs,
    async read() {
      const { mtimeMs, size, ino } = await stat(path);
      const now = `${mtimeMs}:${size}:${ino}`;
      if (now === stamp) return targets;
      targets = configured(parseTargets(parseYaml(await readFile(path, 'utf8'), path), path));
      stamp = now;
      return targets;
    },
  };
}

function readList(config: HttpSource, scraper: Scraper, name: string) {
  return async (): Promise<Target[]> =>
    configured(parseTargets(parseYaml(await fetchText(config, scraper), name), name));
}

function readCapabilities(
  config: Extract<SourceConfig, { type: 'capabilities' }>,
  scraper: Scraper,
  name: string,
  log: Log,
) {
  let before = 0;
  return async (): Promise<Target[]> => {
    const answer = parseJson(await fetchText(config, scraper), name);
    const options = { tls: config.tls, leaderboardUrl: config.leaderboard_url };
    const { targets, leftOut } = targetsFromCapabilities(answer, name, options);
    if (leftOut !== before) log('warn', `${name}: ${leftOut} entries name no orchestrator with an HTTP URI and are left out`); // prettier-ignore
    before = leftOut;
    return targets;
  };
}

/** The list that was read before where nothing is different. */
function whenChanged(read: () => Promise<Target[]>): () => Promise<Target[]> {
  let last: Target[] = [];
  let text = '[]';
  return async () => {
    const targets = await read();
    const now = JSON.stringify(targets);
    if (now !== text) [last, text] = [targets, now];
    return last;
  };
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(origin, [`is not JSON: ${(error as Error).message}`]);
  }
}

const SOURCE_LIMITS = { timeout_ms: 20_000, max_body_bytes: 33_554_432 } as const;

/** A source is named by the operator, so it is fetched as a configured target, with the same safeguards. */
async function fetchText({ url, pin_sha256 }: HttpSource, scraper: Scraper): Promise<string> {
  const { pathname, search } = new URL(url);
  const target = createTarget({ id: `source ${url}`, role: 'gateway', url, pin_sha256 }, 'configured');
  // A path of the operator's has no placeholders.
  const path = (pathname + search).replaceAll('{', '%7B').replaceAll('}', '%7D');
  const answer = await scraper.scrape(target, { path, ...SOURCE_LIMITS }, {});
  return answer.body.toString('utf8');
}

function shown(url: string): string {
  const it = new URL(url);
  it.username = '';
  it.password = '';
  return it.toString();
}
