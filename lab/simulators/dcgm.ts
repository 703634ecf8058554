import { memoryUsed } from './orchestrator';
import type { SimulatedOrchestrator } from './network';
import { loadAt, seedOf } from './signal';

/** What the DCGM exporter writes for a field that the device does not have. */
const NOT_SUPPORTED = '9223372036854775794';
const MIB = 1_048_576;

/** Errors that a GPU has had after so long: most have none, some collect them. */
const errorsOf = (o: SimulatedOrchestrator, index: number, everyMs: number, timeMs: number): number =>
  seedOf(`errors ${o.gpus[index]!.id}`) % 4 === 0 ? Math.floor((timeMs % 1e9) / everyMs) : 0;

/** Degrees more for GPUs whose cooling is weak, in the first half of each minute. */
const heatOf = (o: SimulatedOrchestrator, index: number, timeMs: number): number =>
  seedOf(`heat ${o.gpus[index]!.id}`) % 4 === 0 && timeMs % 60_000 < 30_000 ? 45 : 0;

interface Field {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  value(o: SimulatedOrchestrator, index: number, load: number, timeMs: number): number | string;
}

const FIELDS: readonly Field[] = [
  { name: 'DCGM_FI_DEV_SM_CLOCK', type: 'gauge', help: 'SM clock frequency (in MHz).', value: (_, __, load) => Math.round(600 + 1_500 * load) },
  { name: 'DCGM_FI_DEV_MEM_CLOCK', type: 'gauge', help: 'Memory clock frequency (in MHz).', value: () => 10_501 },
  { name: 'DCGM_FI_DEV_CLOCK_THROTTLE_REASONS', type: 'gauge', help: 'Bits of why clocks are held down.', value: (_, __, load) => (load > 0.9 ? 4 : 0) },
  { name: 'DCGM_FI_DEV_FAN_SPEED', type: 'gauge', help: 'Fan speed (in %).', value: (_, __, load) => Math.round(30 + 50 * load) },
  { name: 'DCGM_FI_DEV_GPU_TEMP', type: 'gauge', help: 'GPU temperature (in C).', value: (o, i, load, t) => Math.min(100, Math.round(38 + 42 * load + heatOf(o, i, t))) },
  { name: 'DCGM_FI_DEV_MEMORY_TEMP', type: 'gauge', help: 'Memory temperature (in C).', value: () => NOT_SUPPORTED },
  { name: 'DCGM_FI_DEV_POWER_USAGE', type: 'gauge', help: 'Power draw (in W).', value: (_, __, load) => (60 + 320 * load).toFixed(3) },
  { name: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', type: 'counter', help: 'Total energy consumption since boot (in mJ).', value: (_, __, ___, t) => Math.round((t % 1e10) * 220) },
  { name: 'DCGM_FI_DEV_GPU_UTIL', type: 'gauge', help: 'GPU utilization (in %).', value: (_, __, load) => Math.round(100 * load) },
  { name: 'DCGM_FI_DEV_MEM_COPY_UTIL', type: 'gauge', help: 'Memory utilization (in %).', value: (_, __, load) => Math.round(60 * load) },
  { name: 'DCGM_FI_DEV_ENC_UTIL', type: 'gauge', help: 'Encoder utilization (in %).', value: (_, __, load) => Math.round(40 * load) },
  { name: 'DCGM_FI_DEV_DEC_UTIL', type: 'gauge', help: 'Decoder utilization (in %).', value: (_, __, load) => Math.round(30 * load) },
  { name: 'DCGM_FI_DEV_ECC_SBE_VOL_TOTAL', type: 'counter', help: 'Single-bit ECC errors since the last reset.', value: (o, i, _, t) => errorsOf(o, i, 60_000, t) },
  { name: 'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL', type: 'counter', help: 'Double-bit ECC errors since the last reset.', value: (o, i, _, t) => errorsOf(o, i, 3_600_000, t) },
  { name: 'DCGM_FI_DEV_POWER_VIOLATION', type: 'counter', help: 'Time held down by power limits (in us).', value: (_, __, ___, t) => Math.round((t % 1e10) / 100) },
  { name: 'DCGM_FI_DEV_THERMAL_VIOLATION', type: 'counter', help: 'Time held down by temperature (in us).', value: () => 0 },
  { name: 'DCGM_FI_DEV_FB_RESERVED', type: 'gauge', help: 'Framebuffer memory reserved (in MiB).', value: () => 512 },
  { name: 'DCGM_FI_DEV_XID_ERRORS', type: 'gauge', help: 'Value of the last XID error encountered.', value: () => 0 },
  { name: 'DCGM_FI_DEV_FB_FREE', type: 'gauge', help: 'Framebuffer memory free (in MiB).', value: (o, i, _, t) => Math.round((o.gpus[i]!.memoryTotalBytes - memoryUsed(o, i, t)) / MIB) },
  { name: 'DCGM_FI_DEV_FB_USED', type: 'gauge', help: 'Framebuffer memory used (in MiB).', value: (o, i, _, t) => Math.round(memoryUsed(o, i, t) / MIB) },
  { name: 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER', type: 'counter', help: 'Total number of PCIe retries.', value: () => 0 },
  { name: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE', type: 'gauge', help: 'Ratio of time the graphics engine is active.', value: (_, __, load) => load.toFixed(6) },
]; // prettier-ignore

/** The exporter's `/metrics` for every GPU of a node. */
export function dcgmMetrics(o: SimulatedOrchestrator, timeMs: number): string {
  return FIELDS.map((field) => {
    const samples = o.gpus.map((gpu, index) => {
      const labels = { gpu: String(index), UUID: gpu.id, pci_bus_id: `00000000:0${index + 1}:00.0`, device: `nvidia${index}`, modelName: gpu.name, hostname: new URL(o.uri).hostname, DCGM_FI_DRIVER_VERSION: '560.35.03' }; // prettier-ignore
      const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      return `${field.name}{${text.join(',')}} ${field.value(o, index, loadAt(seedOf(gpu.id), timeMs), timeMs)}`;
    });
    return [`# HELP ${field.name} ${field.help}`, `# TYPE ${field.name} ${field.type}`, ...samples].join(
      '\n',
    );
  })
    .join('\n')
    .concat('\n');
}
