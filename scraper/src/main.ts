import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from './config/check';
import { loadConfig } from './config/config';
import { loadKinds } from './config/kinds';
import { log } from './log';
import { once, serve } from './program';

// Slow names are looked up on threads that the disk needs too; read when the first of them starts.
process.env.UV_THREADPOOL_SIZE ??= '16';

const USAGE = `Usage: scraper --config FILE [--kinds FOLDER] [--once | --check]

Polls the targets that FILE names and writes one event a poll to Kafka.
  --config FILE    configuration (YAML), see README.md; SCRAPER__KEY__KEY variables win
  --kinds FOLDER   what is polled; default: the kinds/ beside the program
  --once           polls every target once, sends the events and ends
  --check          checks configuration and kinds, polls nothing

Example: scraper --config scraper.yaml
Exit codes: 0 done or stopped by a signal, 1 error or (--once) events left unsent, 2 usage or configuration`;

const OPTIONS = {
  config: { type: 'string' },
  kinds: { type: 'string' },
  once: { type: 'boolean' },
  check: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return (process.stdout.write(`${USAGE}\n`), 0);
  if (values.config === undefined) return (process.stderr.write(`--config is missing\n\n${USAGE}\n`), 2);
  const config = loadConfig(values.config, process.env);
  const kinds = loadKinds(values.kinds ?? join(__dirname, '..', 'kinds'));
  if (values.check)
    return (process.stdout.write(`ok: ${kinds.length} kinds, ${config.sources.length} sources\n`), 0);
  if (values.once) return (await once(config, kinds)) > 0 ? 1 : 0;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log('info', `${signal}: stopping`);
      stop.abort();
    });
  }
  await serve(config, kinds, stop.signal);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { message, code } = error as NodeJS.ErrnoException;
    process.stderr.write(`scraper: ${message}\n`);
    process.exit(error instanceof ConfigError || code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1);
  },
);
