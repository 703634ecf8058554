import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dcgmMetrics } from './dcgm';
import * as gateway from './gateway';
import * as leaderboard from './leaderboard';
import type { SimulatedNetwork, SimulatedOrchestrator } from './network';
import { discovery } from './orchestrator';
import * as runner from './runner';
import { seededRandom, seedOf } from './signal';

/** A target as the scraper's target file names it. */
export interface SimulatedTarget {
  readonly id: string;
  readonly role: 'orchestrator' | 'gateway' | 'runner' | 'dcgm' | 'leaderboard';
  readonly url: string;
  readonly orchestrator?: string;
  readonly pin_sha256?: string;
}
export interface Simulators {
  readonly targets: readonly SimulatedTarget[];
  /** Requests answered so far, by path. */
  requests(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}
export interface SimulatorOptions {
  readonly host: string;
  /** The first of a run of ports: three an orchestrator, one a gateway, one for the leaderboard. */
  readonly firstPort: number;
  readonly now?: () => number;
}

type Answer = { readonly body: string; readonly type: string };
type Routes = Readonly<Record<string, (query: URLSearchParams) => Answer>>;
const json = (value: unknown): Answer => ({ body: JSON.stringify(value), type: 'application/json' });
const text = (body: string): Answer => ({ body, type: 'text/plain; version=0.0.4' });

/** Starts HTTP servers with the real paths and answers of every node of `network`. */
export async function startSimulators(
  network: SimulatedNetwork,
  options: SimulatorOptions,
): Promise<Simulators> {
  const now = options.now ?? (() => Date.now());
  const counts: Record<string, number> = {};
  const certificate = selfSigned();
  const servers: Server[] = [];
  const targets: SimulatedTarget[] = [];
  let port = options.firstPort;
  const add = (target: Omit<SimulatedTarget, 'url'>, routes: Routes, unreliability: number): void => {
    const listener = createListener(routes, unreliability, seedOf(target.id), counts);
    const secure = target.role === 'orchestrator';
    servers.push(secure ? createTlsServer(certificate, listener) : createServer(listener));
    targets.push({
      ...target,
      url: `${secure ? 'https' : 'http'}://${options.host}:${port}`,
      ...(secure ? { pin_sha256: certificate.pin } : {}),
    });
    port += 1;
  };
  network.orchestrators.forEach((o) => addOrchestrator(o, now, add));
  network.gateways.forEach((g) => {
    add({ id: `gateway-${g.id}`, role: 'gateway' }, {
      '/status': () => json(gateway.status(g, network, now())),
      '/getNetworkCapabilities': () => json(gateway.networkCapabilities(network, now())),
      '/getAISessionPoolsInfo': () => json(gateway.sessionPools(network, now())),
      '/metrics': () => text(gateway.metrics(g, network, now())),
    }, 0); // prettier-ignore
  });
  addLeaderboard(network, now, add, targets);
  try {
    await Promise.all(
      servers.map((server, index) => listen(server, options.firstPort + index, options.host)),
    );
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  return { targets, requests: () => ({ ...counts }), stop: () => stopAll(servers) };
}

type Add = (target: Omit<SimulatedTarget, 'url'>, routes: Routes, unreliability: number) => void;

function addOrchestrator(o: SimulatedOrchestrator, now: () => number, add: Add): void {
  const orchestrator = o.localAddress;
  const name = new URL(o.uri).host;
  add(
    { id: `orchestrator-${name}`, role: 'orchestrator', orchestrator },
    { '/discovery': () => json(discovery(o, now())) },
    o.unreliability,
  );
  add({ id: `runner-${name}`, role: 'runner', orchestrator }, {
    '/hardware/info': () => json(runner.hardwareInfo(o, now())),
    '/hardware/stats': () => json(runner.hardwareStats(o, now())),
    '/health': () => json(runner.health()),
    '/version': () => json(runner.version(o)),
  }, o.unreliability); // prettier-ignore
  add(
    { id: `dcgm-${name}`, role: 'dcgm', orchestrator },
    { '/metrics': () => text(dcgmMetrics(o, now())) },
    o.unreliability,
  );
}

/** One server; it is asked for each orchestrator, so each is a target of its own. */
function addLeaderboard(
  network: SimulatedNetwork,
  now: () => number,
  add: Add,
  targets: SimulatedTarget[],
): void {
  const asked = (query: URLSearchParams): string | null => query.get('orchestrator');
  const [first, ...others] = network.orchestrators.map(({ localAddress }) => localAddress);
  if (first === undefined) return;
  add({ id: `leaderboard-${first}`, role: 'leaderboard', orchestrator: first }, {
    '/api/raw_stats': (query) => json(leaderboard.rawStats(network, asked(query), now())),
    '/api/aggregated_stats': (query) => json(leaderboard.aggregatedStats(network, asked(query), now())),
  }, 0); // prettier-ignore
  const { url } = targets.at(-1)!;
  targets.push(
    ...others.map((it) => ({ id: `leaderboard-${it}`, role: 'leaderboard' as const, url, orchestrator: it })),
  );
}

/** Serves the routes; a share of the answers is a 503, and a few are cut off, as real nodes do. */
function createListener(
  routes: Routes,
  unreliability: number,
  seed: number,
  counts: Record<string, number>,
): RequestListener {
  const random = seededRandom(seed);
  return (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes[path];
    if (route === undefined) return void response.writeHead(404).end();
    counts[path] = (counts[path] ?? 0) + 1;
    const luck = random();
    if (luck < unreliability / 4) return void request.socket.destroy();
    if (luck < unreliability) return void response.writeHead(503).end();
    const { body, type } = route(searchParams);
    response.writeHead(200, { 'content-type': type }).end(body);
  };
}

/** Orchestrators serve a certificate that nobody signed; the scraper pins it. */
function selfSigned(): { key: Buffer; cert: Buffer; pin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'naap-simulator-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj', '/CN=orchestrator', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' }); // prettier-ignore
    const cert = readFileSync(certFile);
    return { key: readFileSync(keyFile), cert, pin: new X509Certificate(cert).fingerprint256 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

async function stopAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    }),
  );
}

export type { SimulatedGateway, SimulatedGpu, SimulatedNetwork, SimulatedOrchestrator } from './network';
