import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { ScrapeManager } from './manager';
import type { Sink } from './sink';

/** /healthz, /targets (JSON) and /metrics (Prometheus) of the scraper itself. */
export function createStatusServer(manager: ScrapeManager, sink: Sink): Server {
  const registry = createMetrics(manager, sink);
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/healthz') return void response.end('ok\n');
    if (path === '/targets') {
      response.setHeader('content-type', 'application/json');
      return void response.end(
        JSON.stringify({ targets: manager.targets(), loops: manager.health(), sink: sink.counts() }),
      );
    }
    if (path === '/metrics') {
      response.setHeader('content-type', registry.contentType);
      return void registry.metrics().then((text) => response.end(text));
    }
    response.statusCode = 404;
    response.end('not found; /healthz, /targets and /metrics are here\n');
  });
}

function createMetrics(manager: ScrapeManager, sink: Sink): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  gauge(registry, 'naap_scraper_loops', 'Loops by circuit state', ['state'], (g) => {
    const states = manager.health().map((loop) => loop.state);
    for (const state of ['closed', 'open'] as const)
      g.set({ state }, states.filter((s) => s === state).length);
  });
  gauge(registry, 'naap_scraper_events', 'Events by where they are', ['at'], (g) => {
    const { sent, queued } = sink.counts();
    g.set({ at: 'sent' }, sent);
    g.set({ at: 'queued' }, queued);
  });
  return registry;
}

function gauge<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: L[],
  read: (g: Gauge<L>) => void,
): void {
  new Gauge<L>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      read(this);
    },
  });
}
