import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { v7 as uuidV7 } from 'uuid';
import { createAddressPolicy } from './address-policy';
import { createAvroEncoder } from './avro-encoder';
import type { Config } from './config';
import { ConfigError, loadConfig, loadKinds } from './config';
import { createSource } from './discovery/source';
import { createStatusServer } from './http-server';
import { HttpScraper } from './http-scraper';
import { createLimiter } from './limiter';
import type { Clock } from './loop';
import { ScrapeManager } from './manager';
import type { Sink } from './sink';
import { createKafkaSink } from './sink';

const USAGE = `Usage: scraper --config FILE [--kinds FOLDER]

Polls the targets that FILE names and writes one event a poll to Kafka.
  --config FILE    configuration (YAML), see README.md
  --kinds FOLDER   what is polled; default: the kinds/ beside the program

Example: scraper --config scraper.yaml
Exit codes: 0 stopped by a signal, 1 error, 2 usage`;

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
};

const log = (level: 'info' | 'warn', message: string): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message })}\n`);
};

function createManager(config: Config, kindsFolder: string, sink: Sink): ScrapeManager {
  const scraper = new HttpScraper(createAddressPolicy(config.allowed_cidrs));
  return new ScrapeManager({
    kinds: loadKinds(kindsFolder),
    sources: config.sources.map((source) => createSource(source, scraper)),
    maxTargets: config.limits.targets,
    log,
    deps: {
      scraper,
      clock,
      random: Math.random,
      newId: () => uuidV7(),
      limit: createLimiter(config.limits.concurrency, config.limits.per_host),
      emit: (event) => sink.write(event),
      backoff: { maxMs: config.backoff.max_ms, openAfter: config.backoff.open_after },
    },
  });
}

async function serve(config: Config, kindsFolder: string): Promise<void> {
  const encode = await createAvroEncoder(config.registry.url, `${config.kafka.topic}-value`);
  const sink = await createKafkaSink(config, encode, (message) => log('warn', message));
  const manager = createManager(config, kindsFolder, sink);
  const server = createStatusServer(manager, sink);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.listen.port, config.listen.host, resolve);
  });
  manager.start();
  log('info', `polling; status on http://${config.listen.host}:${config.listen.port}/targets`);
  await new Promise<void>((resolve) =>
    ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, () => resolve())),
  );
  await withinStopTime(manager.stop().then(() => sink.close()));
  server.close();
}

const STOP_TIME_MS = 10_000;

/** A broker that is away may not keep the process: what is then still queued was polled, but is lost, and said. */
async function withinStopTime(stopped: Promise<void>): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () => reject(new Error(`not everything was sent within ${STOP_TIME_MS} ms`)),
      STOP_TIME_MS,
    ).unref();
  });
  await Promise.race([stopped, late]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, kinds: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return (process.stdout.write(`${USAGE}\n`), 0);
  if (values.config === undefined) return (process.stderr.write(`--config is missing\n\n${USAGE}\n`), 2);
  await serve(loadConfig(values.config), values.kinds ?? join(__dirname, '..', 'kinds'));
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`scraper: ${(error as Error).message}\n`);
    process.exit(
      error instanceof ConfigError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
        ? 2
        : 1,
    );
  },
);
