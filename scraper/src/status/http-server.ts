import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

/** What the status server shows; filled as the program starts. */
export interface Status {
  readonly metrics: Registry;
  /** Why the program is not ready; none: it is. */
  readonly notReady: () => readonly string[];
  /** Targets, loops and counts, for people. */
  readonly details: () => unknown;
}

/** Who only wants to see does not need long. */
const REQUEST_TIMEOUT_MS = 10_000;

/** /healthz (the process answers), /readyz (it polls and its disk takes events), /targets (JSON) and /metrics (Prometheus). */
export function createStatusServer(status: Status): Server {
  const routes: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    '/healthz': (response) => response.end('ok\n'),
    '/readyz': (response) => {
      const reasons = status.notReady();
      response.statusCode = reasons.length === 0 ? 200 : 503;
      response.end(`${reasons.length === 0 ? 'ok' : reasons.join('\n')}\n`);
    },
    '/targets': (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(status.details()));
    },
    '/metrics': async (response) => {
      response.setHeader('content-type', status.metrics.contentType);
      response.end(await status.metrics.metrics());
    },
  };
  return createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route) return void route(response);
    response.statusCode = 404;
    response.end(`not found; ${Object.keys(routes).join(', ')} are here\n`);
  });
}

/** Resolves when the server listens. */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
