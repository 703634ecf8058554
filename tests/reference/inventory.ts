import { isIPv4 } from 'node:net';
import { at, dimension, isRecord, listOf, textAt } from './json';
import { PIPELINES } from './rules';
import type { ReferenceEvent } from './judge';

/** The declared table of regions: networks and hosts of each. */
export type Regions = Readonly<
  Record<string, { readonly networks?: readonly string[]; readonly hosts?: readonly string[] }>
>;

/** What an orchestrator announced last. */
export interface Announced {
  readonly address: string | null;
  readonly gpuType: string | null;
  /** By model. */
  readonly gpuTypes: ReadonlyMap<string, string>;
  readonly pipelines: ReadonlyMap<string, string>;
} // prettier-ignore

/** One model that an orchestrator offers in one snapshot. */
export interface Offer {
  readonly orchestrator: string;
  readonly pipeline: string;
  readonly model: string;
  readonly gpuType: string;
  readonly region: string;
  readonly capacity: number;
  readonly inUse: number;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const addressOf = (node: unknown, name: string): string | null => {
  const text = textAt(node, name);
  return ADDRESS.test(text) ? text.toLowerCase() : null;
};

/** Host and port that a URI names, in lower case; '' where it names none. */
export function hostPortOf(uri: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/?#|@\s]+)/.exec(uri.toLowerCase())?.[1] ?? '';
}

/** Region of a host, by its name or the longest network that holds its address. IPv4 only. */
export function regionOfHost(host: string, regions: Regions): string {
  const bits = (address: string): string =>
    address.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join(''); // prettier-ignore
  let best = { region: 'unknown', length: -1 };
  for (const [region, { networks = [], hosts = [] }] of Object.entries(regions)) {
    if (hosts.some((name) => name.toLowerCase() === host.toLowerCase())) return region;
    for (const network of networks) {
      const [address = '', length] = network.split('/');
      const matches = isIPv4(address) && isIPv4(host) && bits(host).startsWith(bits(address).slice(0, Number(length)));
      if (matches && Number(length) > best.length) best = { region, length: Number(length) };
    }
  }
  return best.region;
} // prettier-ignore

export const regionOfUri = (uri: string, regions: Regions): string =>
  regionOfHost(hostPortOf(uri).replace(/:[0-9]*$/, ''), regions);

/** Name of the GPU in the lowest slot; '' where there is none. */
function firstGpu(hardware: unknown): string {
  const slots = at(hardware, 'gpu_info');
  const lowest = isRecord(slots) ? Object.keys(slots).sort()[0] : undefined;
  return lowest === undefined ? '' : textAt(at(slots, lowest), 'name');
}

function announcedBy(node: unknown): Announced {
  const hardware = listOf(at(node, 'hardware'));
  const named = (entry: unknown): string => textAt(entry, 'model_id') || 'unknown';
  const types = new Set(hardware.map(firstGpu).filter((name) => name !== ''));
  return {
    address: addressOf(node, 'address'),
    gpuType: types.size === 1 ? [...types][0]! : null,
    gpuTypes: new Map(hardware.map((entry) => [named(entry), firstGpu(entry)])),
    pipelines: new Map(hardware.map((entry) => [named(entry), textAt(entry, 'pipeline') || 'unknown'])),
  };
}

/** What is known of each orchestrator while events are read one after the other. */
export class Inventory {
  private readonly last = new Map<string, { readonly time: number; readonly announced: Announced }>();

  /** Takes in a snapshot of the network; of two at one time the first stays. */
  learn({ eventTime, list }: ReferenceEvent): void {
    for (const node of list) {
      const key = hostPortOf(textAt(node, 'orch_uri'));
      const known = this.last.get(key);
      if (key === '' || (known && known.time >= eventTime)) continue;
      this.last.set(key, { time: eventTime, announced: announcedBy(node) });
    }
  }

  find(uri: string): Announced | undefined {
    return this.last.get(hostPortOf(uri))?.announced;
  }
}

/** Everything that a snapshot offers, a row a model of an orchestrator. */
export function offersOf({ list }: ReferenceEvent, regions: Regions): Offer[] {
  return list.flatMap((node) => {
    const perCapability = at(node, 'capabilities', 'constraints', 'PerCapability');
    if (!isRecord(perCapability)) return [];
    return Object.entries(perCapability).flatMap(([capability, constraints]) => {
      const models = at(constraints, 'models');
      if (!isRecord(models)) return [];
      return Object.entries(models).map(([model, state]) =>
        offer(node, capability, { model, state, regions }),
      );
    });
  });
}

function offer(
  node: unknown,
  capability: string,
  { model, state, regions }: { readonly model: string; readonly state: unknown; readonly regions: Regions },
): Offer {
  const count = (name: string): number =>
    /^[0-9]{1,9}$/.test(textAt(state, name)) ? Number(textAt(state, name)) : 0;
  const hardware = listOf(at(node, 'hardware'))
    .filter((entry) => textAt(entry, 'model_id') === model)
    .map(firstGpu)
    .find((name) => name !== '');
  return {
    orchestrator: addressOf(node, 'address') ?? addressOf(node, 'local_address') ?? 'unattributed',
    pipeline: dimension(PIPELINES[capability] ?? `capability-${capability}`),
    model: dimension(model),
    gpuType: dimension(hardware ?? 'unknown'),
    region: regionOfUri(textAt(node, 'orch_uri'), regions),
    // An announced capacity is what is still free.
    capacity: count('capacity') + count('capacityInUse'),
    inUse: count('capacityInUse'),
  };
}
