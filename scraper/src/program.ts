import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { openBufferedProducer } from './buffered-producer';
import type { BufferedProducer } from './buffered-producer';
import { clock } from './clock';
import type { Config } from './config/config';
import type { Kind } from './config/kinds';
import { createSource } from './discovery/source';
import { createEmitter } from './emitter';
import { createEncoder, latestSchema } from './encoder';
import type { Encoder } from './encoder';
import { createAddressPolicy } from './http/address-policy';
import { Connections } from './http/connections';
import { HttpScraper } from './http/http-scraper';
import { createResolver } from './http/lookup';
import { createLimiter } from './limiter';
import { log } from './log';
import { ScrapeManager } from './manager';
import { createStatusServer, listen } from './status/http-server';
import { Metrics } from './status/metrics';

const SCHEMA_RETRY_MS = 5_000;

/** Polls until `stop` aborts, then sends what is held for as long as the configuration allows. */
export async function serve(config: Config, kinds: readonly Kind[], stop: AbortSignal): Promise<void> {
  const producer = await openProducer(config);
  const metrics = new Metrics();
  metrics.watchProducer(producer);
  let manager: ScrapeManager | undefined;
  const server = createStatusServer({
    metrics: metrics.registry,
    notReady: () => notReady(producer, manager),
    details: () => ({
      targets: manager?.targets().map(withoutLogin) ?? [],
      sources: manager?.sources() ?? [],
      loops: manager?.health() ?? [],
      producer: producer.counts(),
    }),
  });
  await listen(server, config.listen.host, config.listen.port);
  log('info', `status on http://${config.listen.host}:${config.listen.port}/targets`);
  try {
    const encode = await untilSchema(config, stop);
    if (encode) {
      manager = createManager(config, kinds, encode, producer, metrics);
      metrics.watchManager(manager);
      manager.start();
      await aborted(stop);
      await manager.stop();
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await closeProducer(producer, config.stop_ms);
  }
}

/** Polls every target once and sends the events. Resolves with how many of them are still on disk. */
export async function once(config: Config, kinds: readonly Kind[]): Promise<number> {
  const producer = await openProducer(config);
  try {
    const encode = createEncoder(await latestSchema(schemaOptions(config)));
    const { targets } = await createManager(config, kinds, encode, producer, new Metrics()).once();
    log('info', `${targets} targets polled once`);
  } catch (error) {
    await closeProducer(producer, 0);
    throw error;
  }
  return closeProducer(producer, config.stop_ms);
}

function openProducer(config: Config): Promise<BufferedProducer> {
  const { brokers, client_id, topic, mechanism, username, password_file, ca_file, tls } = config.kafka;
  const folder = join(config.buffer.folder, 'events');
  mkdirSync(folder, { recursive: true });
  return openBufferedProducer({
    folder,
    maxBytes: config.buffer.max_bytes,
    log,
    kafka: {
      brokers,
      clientId: client_id,
      topic,
      login: { mechanism, username, passwordFile: password_file },
      caFile: ca_file,
      tls,
    },
  });
}

async function closeProducer(producer: BufferedProducer, ms: number): Promise<number> {
  const left = await producer.close(ms);
  if (left > 0)
    log('warn', `${left} events were not taken by the broker and stay on disk for the next start`);
  else log('info', 'every event is sent');
  return left;
}

function schemaOptions({ registry, kafka, buffer }: Config) {
  return { registry, subject: `${kafka.topic}-value`, cacheFile: join(buffer.folder, 'schema.json'), log };
}

/** Without a schema nothing can be written, so nothing is polled: asks until there is one. */
async function untilSchema(config: Config, stop: AbortSignal): Promise<Encoder | undefined> {
  while (!stop.aborted) {
    try {
      return createEncoder(await latestSchema(schemaOptions(config)));
    } catch (error) {
      log('warn', `${(error as Error).message}; asked again in ${SCHEMA_RETRY_MS} ms`);
      await sleep(SCHEMA_RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return undefined;
}

function createManager(
  config: Config,
  kinds: readonly Kind[],
  encode: Encoder,
  producer: BufferedProducer,
  metrics: Metrics,
): ScrapeManager {
  const { limits, backoff } = config;
  const scraper = new HttpScraper(
    new Connections({
      policy: createAddressPolicy(config.allowed_cidrs),
      resolve: createResolver(),
      maxIdle: limits.idle_connections,
      idleMs: limits.idle_ms,
    }),
  );
  return new ScrapeManager({
    kinds,
    sources: config.sources.map((source) => createSource(source, scraper, log)),
    maxTargets: limits.targets,
    log,
    deps: {
      scraper,
      clock,
      random: Math.random,
      newId: () => uuidV7(),
      scraperId: config.scraper_id,
      limit: createLimiter({
        total: limits.concurrency,
        perHost: limits.per_host,
        discovered: limits.discovered_concurrency,
      }),
      emit: createEmitter({
        encode,
        maxEventBytes: limits.event_bytes,
        send: (record, worth) => producer.send(record, worth),
        seen: (event) => metrics.seen(event),
      }),
      backoff: { maxMs: backoff.max_ms, openAfter: backoff.open_after },
    },
  });
}

function notReady(producer: BufferedProducer, manager: ScrapeManager | undefined): string[] {
  const reasons: string[] = [];
  if (!producer.counts().writable) reasons.push('the buffer cannot be written');
  if (!manager) reasons.push('the schema of the events is not known yet');
  else if (!manager.sources().some(({ read }) => read))
    reasons.push('no source of targets could be read yet');
  return reasons;
}

function withoutLogin<T extends { readonly url: string }>(target: T): T {
  const url = new URL(target.url);
  url.username = '';
  url.password = '';
  return { ...target, url: url.toString() };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
