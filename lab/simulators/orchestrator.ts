import type { SimulatedOrchestrator } from './network';
import { loadAt, seedOf } from './signal';

/** go-livepeer's `GET /discovery` on the service port. */
export function discovery(o: SimulatedOrchestrator, timeMs: number): unknown {
  const used = Math.min(o.capacity, Math.round(o.capacity * loadAt(seedOf(o.address), timeMs)));
  const price_info = { price: o.pricePerUnit, currency: 'WEI', unit: 'pixel' };
  const runners = o.gpus.map((gpu, index) => ({
    url: `${o.uri}/runner/${index}`,
    gpu: { id: gpu.id, name: gpu.name, vram_mb: Math.round(gpu.memoryTotalBytes / 1_048_576) },
    app: o.pipeline,
    version: o.runnerVersion,
    metadata: { model_id: o.modelId },
    mode: 'live',
    capacity: o.capacity,
    capacity_used: used,
    capacity_available: o.capacity - used,
    price_info,
  }));
  return [{ address: o.localAddress, runners }];
}

/** One entry of a gateway's `/getNetworkCapabilities` (Go's JSON: zero numbers are left out). */
export function announcement(o: SimulatedOrchestrator, timeMs: number): unknown {
  const used = Math.round(o.capacity * loadAt(seedOf(o.address), timeMs));
  // What is announced as capacity is what is still free.
  const free = o.capacity - Math.min(o.capacity, used);
  const model = {
    warm: true,
    runnerVersion: o.runnerVersion,
    ...(free > 0 ? { capacity: free } : {}),
    ...(used > 0 ? { capacityInUse: used } : {}),
  };
  const gpu_info = Object.fromEntries(
    o.gpus.map((gpu, index) => [
      String(index),
      {
        id: gpu.id,
        name: gpu.name,
        major: gpu.major,
        ...(gpu.minor > 0 ? { minor: gpu.minor } : {}),
        memory_free: gpu.memoryTotalBytes - memoryUsed(o, index, timeMs),
        memory_total: gpu.memoryTotalBytes,
      },
    ]),
  );
  const price = { pricePerUnit: o.pricePerUnit, pixelsPerUnit: o.pixelsPerUnit };
  return {
    address: o.address,
    local_address: o.localAddress,
    orch_uri: o.uri,
    capabilities: { bitstring: [0, 34_359_738_368], capacities: { '35': o.capacity }, version: '0.8.9', constraints: { PerCapability: { '35': { models: { [o.modelId]: model } } } } }, // prettier-ignore
    price_info: price,
    capabilities_prices: [{ ...price, capability: 35, constraint: o.modelId }],
    hardware: [{ pipeline: o.pipeline, model_id: o.modelId, gpu_info }],
  };
}

/** Bytes of GPU memory in use: a base for the model, more under load. */
export function memoryUsed(o: SimulatedOrchestrator, gpuIndex: number, timeMs: number): number {
  const gpu = o.gpus[gpuIndex]!;
  const load = loadAt(seedOf(gpu.id), timeMs);
  return Math.round(gpu.memoryTotalBytes * (0.35 + 0.3 * load));
}
