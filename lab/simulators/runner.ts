import { memoryUsed } from './orchestrator';
import type { SimulatedOrchestrator } from './network';
import { loadAt, seedOf } from './signal';

/** ai-runner's `/hardware/info`: sizes in bytes. */
export function hardwareInfo(o: SimulatedOrchestrator, timeMs: number): unknown {
  const gpu_info = byIndex(o, (gpu, index) => ({
    id: gpu.id,
    name: gpu.name,
    memory_total: gpu.memoryTotalBytes,
    memory_free: gpu.memoryTotalBytes - memoryUsed(o, index, timeMs),
    major: gpu.major,
    minor: gpu.minor,
  }));
  return { pipeline: o.pipeline, model_id: o.modelId, gpu_info };
}

/** ai-runner's `/hardware/stats`: utilisation in percent, sizes in bytes. */
export function hardwareStats(o: SimulatedOrchestrator, timeMs: number): unknown {
  const gpu_stats = byIndex(o, (gpu, index) => ({
    id: gpu.id,
    name: gpu.name,
    memory_total: gpu.memoryTotalBytes,
    memory_free: gpu.memoryTotalBytes - memoryUsed(o, index, timeMs),
    utilization_compute: Math.round(100 * loadAt(seedOf(gpu.id), timeMs)),
    utilization_memory: Math.round(60 * loadAt(seedOf(gpu.id) + 1, timeMs)),
  }));
  return { pipeline: o.pipeline, model_id: o.modelId, gpu_stats };
}

export const health = (): unknown => ({ status: 'IDLE' });
export const version = (o: SimulatedOrchestrator): unknown => ({
  pipeline: o.pipeline,
  model_id: o.modelId,
  version: o.runnerVersion,
});

function byIndex<T>(
  o: SimulatedOrchestrator,
  value: (gpu: SimulatedOrchestrator['gpus'][number], index: number) => T,
): Record<string, T> {
  return Object.fromEntries(o.gpus.map((gpu, index) => [String(index), value(gpu, index)]));
}
