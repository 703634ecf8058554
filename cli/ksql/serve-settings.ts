import { readFileSync } from 'node:fs';
import { UsageError } from '../exit-codes';

/** Options of `./naap ksql serve` as given. */
export interface ServeOptions {
  readonly bootstrapServer?: string;
  readonly registry?: string;
  readonly listen?: string;
  readonly config?: string;
  readonly property: readonly string[];
  readonly memory?: boolean;
}
export interface ServeSettings {
  /** Content of the properties file. */
  readonly text: string;
  /** What the options set over the file. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly memory: boolean;
}

/** @throws UsageError when the options contradict each other or cannot be read */
export function readServeSettings(options: ServeOptions): ServeSettings {
  const { bootstrapServer, registry, listen, config, memory = false } = options;
  if (memory && (bootstrapServer !== undefined || registry !== undefined))
    throw new UsageError(
      `--memory runs without broker and registry: leave out ${bootstrapServer === undefined ? '--registry' : '--bootstrap-server'}, or --memory`,
    );
  const text = config === undefined ? '' : readConfig(config);
  const overrides = {
    ...Object.fromEntries(options.property.map(splitProperty)),
    ...(bootstrapServer === undefined ? {} : { 'bootstrap.servers': bootstrapServer }),
    ...(registry === undefined ? {} : { 'ksql.schema.registry.url': registryUrl(registry) }),
    ...(listen === undefined ? {} : { listeners: listenerUrl(listen) }),
  };
  const namesBroker = 'bootstrap.servers' in overrides || /^\s*(ksql\.streams\.)?bootstrap\.servers\s*[=: ]/m.test(text);
  if (!memory && !namesBroker)
    throw new UsageError(
      'no broker is named: --bootstrap-server HOST:PORT, --config FILE with bootstrap.servers, or --memory to run without one is expected',
    );
  return { text, overrides, memory };
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--config ${file} cannot be read: ${(error as Error).message}`);
  }
}

function splitProperty(entry: string): [string, string] {
  const at = entry.indexOf('=');
  if (at <= 0) throw new UsageError(`--property ${entry}: NAME=VALUE is expected`);
  return [entry.slice(0, at).trim(), entry.slice(at + 1)];
}

function registryUrl(text: string): string {
  if (text.split(',').every((url) => /^https?:\/\/[^/\s]+/i.test(url.trim()))) return text;
  throw new UsageError(`--registry ${text}: a URL such as http://localhost:8081 is expected`);
}

/** A listener from a URL, `host:port` or a port on the loopback address. */
function listenerUrl(text: string): string {
  if (/^https?:\/\/\S+$/i.test(text)) return text;
  if (/^\d{1,5}$/.test(text)) return `http://127.0.0.1:${text}`;
  if (/^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i.test(text)) return `http://${text}`;
  throw new UsageError(`--listen ${text}: a URL, HOST:PORT or a port is expected`);
}
