import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import type { SourceConfig, TargetConfig } from '../config';
import { parseTargets } from '../config';
import type { Scraper } from '../http-scraper';
import { createTarget } from '../target';
import type { Target } from '../target';
import { targetsFromCapabilities } from './capabilities';

/** Where targets come from. `read` throws when the source cannot be read; the last good list then stays in force. */
export interface TargetSource {
  readonly name: string;
  readonly refreshMs: number;
  read(): Promise<Target[]>;
}

const configured = (list: readonly TargetConfig[]): Target[] =>
  list.map((t) => createTarget(t, 'configured'));

export function createSource(config: SourceConfig, scraper: Scraper): TargetSource {
  switch (config.type) {
    case 'file':
      return fileSource(config.path, config.refresh_ms);
    case 'http':
      return {
        name: config.url,
        refreshMs: config.refresh_ms,
        read: async () => configured(parseTargets(await fetchJson(config.url, scraper), config.url)),
      };
    case 'capabilities':
      return {
        name: config.url,
        refreshMs: config.refresh_ms,
        read: async () => targetsFromCapabilities(await fetchJson(config.url, scraper)),
      };
  }
}

/** Reads the file again only when its modification time or size changed. */
function fileSource(path: string, refreshMs: number): TargetSource {
  let stamp = '';
  let targets: Target[] = [];
  return {
    name: path,
    refreshMs,
    async read() {
      const { mtimeMs, size } = await stat(path);
      const now = `${mtimeMs}:${size}`;
      if (now === stamp) return targets;
      targets = configured(parseTargets(parse(await readFile(path, 'utf8')), path));
      stamp = now;
      return targets;
    },
  };
}

const SOURCE_LIMITS = { timeout_ms: 20_000, max_body_bytes: 33_554_432 } as const;

/** A source is named by the operator, so it is fetched as a configured target, with the same safeguards. */
async function fetchJson(url: string, scraper: Scraper): Promise<unknown> {
  const { pathname, search, origin } = new URL(url);
  const target = createTarget({ id: url, role: 'gateway', url: origin }, 'configured');
  const kind = { name: 'targets', role: 'gateway', path: pathname + search, parser: 'json', period_ms: 0, snapshot_every_ms: 0, ...SOURCE_LIMITS } as const; // prettier-ignore
  const answer = await scraper.scrape(target, kind, {});
  return JSON.parse(answer.body.toString('utf8')) as unknown;
}
