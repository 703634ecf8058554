import type { Change } from '../change';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import { compareConnector } from './compare';
import type { ConnectClient } from './connect-client';
import { parseConnector } from './connector';
import type { Connector, LiveConnector } from './connector';
import { SETTLE, SETTLE_AGAIN, waitUntilSettled } from './settle';

/** Gives the client of a cluster by its REST root. */
export type ConnectClients = (url: string) => ConnectClient;

export function connectorKind(clients: ConnectClients): ResourceKind<Connector, LiveConnector> {
  return {
    name: 'connector',
    types: ['naap:connect:Connector'],
    parse: (resources) => resources.map(parseConnector),
    key: ({ name }) => name,
    read: (desired) => read(clients, desired),
    compare: compareConnector,
    apply: async (changes) => {
      await Promise.all(changes.map((change) => apply(clients(change.desired.url), change)));
    },
    describe: (change) => sentence('connector', change.desired.name, change),
  };
}

async function read(
  clients: ConnectClients,
  desired: readonly Connector[],
): Promise<ReadonlyMap<string, LiveConnector>> {
  const urls = [...new Set(desired.map(({ url }) => url))];
  const clusters = new Map(
    await Promise.all(urls.map(async (url) => [url, await clients(url).all()] as const)),
  );
  const found = desired.flatMap(({ name, url }) => {
    const live = clusters.get(url)?.get(name);
    return live ? [[name, live] as const] : [];
  });
  return new Map(found);
}

async function apply(client: ConnectClient, change: Change<Connector>): Promise<void> {
  const { desired } = change;
  try {
    if (change.action === 'create') await client.put(desired.name, desired.config);
    if (change.action === 'update') await update(client, desired, change.properties);
    if (desired.state !== 'RUNNING') await client.setState(desired.name, desired.state);
    const settle = change.action === 'create' ? SETTLE : SETTLE_AGAIN;
    await waitUntilSettled(desired, async () => (await client.all()).get(desired.name), settle);
  } catch (error) {
    throw new ApplyError('connector', desired.name, (error as Error).message, { cause: error });
  }
}

async function update(
  client: ConnectClient,
  desired: Connector,
  properties: readonly { readonly path: string }[],
): Promise<void> {
  if (properties.some(({ path }) => path.startsWith('config.')))
    await client.put(desired.name, desired.config);
  if (properties.some(({ path }) => path === 'state')) await client.setState(desired.name, desired.state);
  if (desired.state === 'RUNNING') await client.restartFailed(desired.name);
}

export type { Connector, LiveConnector } from './connector';
export { compareConnector } from './compare';
