import { request } from 'node:https';
import { join } from 'node:path';
import { loadKinds } from '../../scraper/src/config/kinds';
import { parsePayload } from '../../scraper/src/parsers';
import { createTarget, pathOf } from '../../scraper/src/target';
import type { SimulatedNetwork, SimulatedOrchestrator } from './network';
import { startSimulators } from './index';

const orchestrator = (n: number, unreliability: number): SimulatedOrchestrator => ({
  address: `0xAb${n}`,
  localAddress: `0xCd${n}`,
  uri: `https://orch-${n}.example:8935`,
  pipeline: 'live-video-to-video',
  modelId: 'streamdiffusion-sdxl',
  gpus: [
    { id: `GPU-${n}`, name: 'NVIDIA GeForce RTX 4090', memoryTotalBytes: 25_757_220_864, major: 8, minor: 9 },
  ],
  capacity: 2,
  pricePerUnit: 1635,
  pixelsPerUnit: 1,
  runnerVersion: '0.14.1',
  unreliability,
});
const network: SimulatedNetwork = {
  orchestrators: [orchestrator(1, 0), orchestrator(2, 0.6)],
  gateways: [{ id: 'gateway-1' }],
};
/** Serves one moment, so that what is asserted does not depend on when the test runs. */
const MOMENT = Date.UTC(2026, 0, 8, 21, 49, 5);

const pinned = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => resolve(body)); // prettier-ignore
    })
      .on('error', reject)
      .end();
  });

describe('simulated nodes', () => {
  const started = startSimulators(network, { host: '127.0.0.1', firstPort: 20_970, now: () => MOMENT });
  afterAll(async () => (await started).stop());
  const url = async (id: string, path: string): Promise<string> => {
    const target = (await started).targets.find((t) => t.id === id);
    return `${target!.url}${path}`;
  };
  const json = async (id: string, path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(await url(id, path))).json()) as Record<string, unknown>;

  test('answer the paths of an AI runner with consistent sizes', async () => {
    const info = await json('runner-orch-1.example:8935', '/hardware/info');
    const stats = await json('runner-orch-1.example:8935', '/hardware/stats');
    const gpu = (info.gpu_info as Record<string, Record<string, number>>)['0']!;
    const stat = (stats.gpu_stats as Record<string, Record<string, number>>)['0']!;
    expect(gpu.memory_total).toBe(25_757_220_864);
    expect(stat.memory_free).toBe(gpu.memory_free);
    expect(stat.utilization_compute).toBeGreaterThanOrEqual(0);
    expect(stat.utilization_compute).toBeLessThanOrEqual(100);
  });

  test('announce every orchestrator, with its address as it is on chain', async () => {
    const { orchestrators } = await json('gateway-gateway-1', '/getNetworkCapabilities');
    expect((orchestrators as { address: string }[]).map((o) => o.address)).toEqual(['0xAb1', '0xAb2']);
  });

  test('serve orchestrators over TLS with a certificate of their own, named by its pin', async () => {
    const body = JSON.parse(await pinned(await url('orchestrator-orch-1.example:8935', '/discovery'))) as {
      runners: { capacity: number }[];
    }[];
    expect(body[0]!.runners[0]!.capacity).toBe(2);
    const target = (await started).targets.find((t) => t.role === 'orchestrator');
    expect(target!.pin_sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test('write DCGM fields, unsupported ones with the sentinel', async () => {
    const text = await (await fetch(await url('dcgm-orch-1.example:8935', '/metrics'))).text();
    expect(text).toMatch(/^DCGM_FI_DEV_GPU_TEMP\{gpu="0",UUID="GPU-1".*\} \d+$/m);
    expect(text).toMatch(/^DCGM_FI_DEV_MEMORY_TEMP\{.*\} 9223372036854775794$/m);
  });

  test('fail as often as they are unreliable', async () => {
    const target = await url('runner-orch-2.example:8935', '/health');
    let failures = 0;
    for (let i = 0; i < 100; i++) {
      const ok = await fetch(target).then((r) => r.ok).catch(() => false); // prettier-ignore
      if (!ok) failures += 1;
    }
    expect(failures).toBeGreaterThan(40);
    expect(failures).toBeLessThan(80);
  });

  test('answer for the leaderboard about one orchestrator at a time', async () => {
    const at = await url('leaderboard-0xCd2', '/api/raw_stats?orchestrator=0xcd2');
    const { LAB } = (await (await fetch(at)).json()) as {
      LAB: { orchestrator: string; success_rate: number }[];
    };
    expect(LAB).toHaveLength(12);
    expect(new Set(LAB.map(({ orchestrator }) => orchestrator))).toEqual(new Set(['0xcd2']));
    expect(LAB.some(({ success_rate }) => success_rate === 0)).toBe(true);
    expect(await json('leaderboard-0xCd1', '/api/aggregated_stats?orchestrator=0xcd1')).toMatchObject({
      '0xcd1': { LAB: { success_rate: 1 } },
    });
    expect(await json('leaderboard-0xCd1', '/api/raw_stats?orchestrator=0xnobody')).toEqual({});
  });

  test('give what every kind of the scraper reads: rows and values from each', async () => {
    const { targets } = await started;
    const kinds = loadKinds(join(__dirname, '..', '..', 'scraper', 'kinds'));
    for (const kind of kinds.filter(
      ({ role, name }) => role !== 'orchestrator_cli' && name !== 'registered_orchestrators',
    )) {
      // The first node never fails.
      const node = createTarget(
        targets.find(({ role }) => role === kind.role)!,
        'configured',
      );
      const at = new URL(pathOf(node, kind.path), node.url).toString();
      const body = kind.role === 'orchestrator' ? await pinned(at) : await (await fetch(at)).text();
      const { fields, rows } = parsePayload(Buffer.from(body), kind);
      const sets = kind.parser === 'text' ? [] : kind.rows.map(({ name }) => name);
      expect([kind.name, new Set(rows.map(({ row }) => row))]).toEqual([kind.name, new Set(sets)]);
      if (kind.parser === 'json')
        expect([kind.name, Object.keys(fields)]).toEqual([kind.name, Object.keys(kind.fields)]);
    }
  });
});
