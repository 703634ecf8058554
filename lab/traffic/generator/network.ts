import type { SimulatedGpu, SimulatedNetwork, SimulatedOrchestrator } from '../../simulators/network';
import { createRandom } from './random';
import type { Random } from './random';

const MODELS = ['streamdiffusion-sdxl', 'streamdiffusion-sdxl-faceid', 'comfyui-depth'];
const CARDS = [
  { name: 'NVIDIA GeForce RTX 5090', memoryTotalBytes: 34_190_917_632, major: 12, minor: 0 },
  { name: 'NVIDIA GeForce RTX 4090', memoryTotalBytes: 25_757_220_864, major: 8, minor: 9 },
  { name: 'NVIDIA GeForce RTX 3090', memoryTotalBytes: 25_438_126_080, major: 8, minor: 6 },
];
/** Most orchestrators answer every poll; every fifth fails at this rate. */
const UNRELIABLE = 0.2;

export interface NetworkSize {
  readonly orchestrators: number;
  readonly gateways: number;
}

/** A network that is the same for the same seed: `gateway-1`… and orchestrators with their own addresses, models and cards. */
export function simulatedNetwork(
  seed: number,
  size: NetworkSize = { orchestrators: 8, gateways: 2 },
): SimulatedNetwork {
  const random = createRandom(seed);
  return {
    orchestrators: Array.from({ length: size.orchestrators }, (_, index) => orchestrator(random, index)),
    gateways: Array.from({ length: size.gateways }, (_, index) => ({ id: `gateway-${index + 1}` })),
  };
}

function orchestrator(random: Random, index: number): SimulatedOrchestrator {
  return {
    address: mixedCase(random, random.hex(40)),
    localAddress: mixedCase(random, random.hex(40)),
    uri: `https://orch-${index + 1}.example:8935`,
    pipeline: 'live-video-to-video',
    modelId: MODELS[index % MODELS.length]!,
    gpus: [card(random, index)],
    capacity: 1 + (index % 3),
    pricePerUnit: random.between(900, 2_400),
    pixelsPerUnit: 1,
    runnerVersion: '0.14.1',
    unreliability: index % 5 === 4 ? UNRELIABLE : 0,
  };
}

function card(random: Random, index: number): SimulatedGpu {
  const id = `GPU-${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}`;
  return { id, ...CARDS[index % CARDS.length]! };
}

/** Upper and lower case mixed, as in an EIP-55 address; the case is drawn, it is no checksum. */
function mixedCase(random: Random, hex: string): string {
  return `0x${[...hex].map((digit) => (random.chance(0.5) ? digit.toUpperCase() : digit)).join('')}`;
}
