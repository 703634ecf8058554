import { createServer } from 'node:http';
import type { Server } from 'node:http';

/** Nodes that number their answers, so that whoever reads the topic can tell which are missing. */
export interface Nodes {
  readonly targets: readonly NodeTarget[];
  /** The number of the last answer of each target. */
  answered(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}
/** As a file of targets has it. */
export interface NodeTarget {
  readonly id: string;
  readonly role: 'runner';
  readonly url: string;
  readonly orchestrator: string;
}
export interface NodesOptions {
  readonly targets: number;
  readonly port: number;
  /** Loopback addresses that the targets are spread over: each is a host of its own to the scraper. */
  readonly hosts?: number;
}

const HOSTS = 100;

/** The kind that polls them: the path says which target is meant, as many share a server. */
export function numberedKind(periodMs: number): string {
  return JSON.stringify({
    name: 'numbered',
    role: 'runner',
    path: '/hardware/stats?target={orchestrator}',
    period_ms: periodMs,
    timeout_ms: 5_000,
    fields: { n: 'n' },
    rows: [
      {
        name: 'gpu',
        each: 'gpu_stats.*',
        columns: { gpu_index: '@1', gpu_id: 'id', memory_free_bytes: 'memory_free', utilization_compute_percent: 'utilization_compute' }, // prettier-ignore
      },
    ],
  });
}

/** Starts one server on many loopback addresses; each answer is the size of an AI runner's `/hardware/stats`. */
export async function startNodes({ targets, port, hosts = HOSTS }: NodesOptions): Promise<Nodes> {
  const answered: Record<string, number> = {};
  const answer = (target: string): string => {
    const n = (answered[target] = (answered[target] ?? 0) + 1);
    return JSON.stringify({
      n,
      pipeline: 'live-video-to-video',
      model_id: 'streamdiffusion-sdxl',
      gpu_stats: { '0': { id: `GPU-${target}`, name: 'NVIDIA GeForce RTX 4090', memory_total: 25_757_220_864, memory_free: 9_000_000_000 + n, utilization_compute: n % 100, utilization_memory: (7 * n) % 100 } }, // prettier-ignore
    });
  };
  const addresses = Array.from({ length: Math.min(hosts, targets) }, (_, i) => `127.0.${1 + Math.floor(i / 250)}.${1 + (i % 250)}`); // prettier-ignore
  const servers = await Promise.all(addresses.map((address) => serve(address, port, answer)));
  const list = Array.from({ length: targets }, (_, i) => ({
    id: `node-${i}`,
    role: 'runner' as const,
    url: `http://${addresses[i % addresses.length]}:${port}`,
    orchestrator: `0x${i.toString(16).padStart(40, '0')}`,
  }));
  return {
    targets: list,
    answered: () => ({ ...answered }),
    stop: async () => {
      servers.forEach((server) => server.closeAllConnections());
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function serve(address: string, port: number, answer: (target: string) => string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const target = request.url?.split('target=')[1] ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(answer(target));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, 1_024, resolve);
  });
  return server;
}
