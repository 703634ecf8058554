import { z } from 'zod';
import { poll } from '../retry';
import type { ConnectClient } from './connect-client';
import type { ConnectorState } from './connector';

const STOPPED = { everyMs: 150, timeoutMs: 60_000 };

/**
 * Offsets from which a connector is to go on, carried out once for each `request` (any text: a date, a ticket). They are
 * no state: where a connector stands afterwards is its own business, and no difference.
 */
export const offsetRequest = z.strictObject({
  request: z.string().min(1),
  /** `earliest`: forget them all. Else the plugin's own form, as `GET /connectors/<name>/offsets` gives them. */
  to: z.union([
    z.literal('earliest'),
    z
      .array(
        z.strictObject({
          partition: z.record(z.string(), z.unknown()),
          offset: z.record(z.string(), z.unknown()).nullable(),
        }),
      )
      .min(1),
  ]),
});
export type OffsetRequest = z.infer<typeof offsetRequest>;

/** Stops the connector, sets its offsets, and lets it go on in the state that it was in. */
export async function applyOffsets(
  client: ConnectClient,
  name: string,
  { to }: Pick<OffsetRequest, 'to'>,
): Promise<void> {
  const before = (await client.all()).get(name)?.state as ConnectorState | undefined;
  await client.setState(name, 'STOPPED');
  await waitForState(client, name, 'STOPPED');
  try {
    await (to === 'earliest' ? client.resetOffsets(name) : client.alterOffsets(name, to));
  } finally {
    if (before !== 'STOPPED') await client.setState(name, before ?? 'RUNNING');
  }
  await waitForState(client, name, before ?? 'RUNNING');
}

async function waitForState(client: ConnectClient, name: string, state: string): Promise<void> {
  const reached = await poll(async () => {
    const live = (await client.all()).get(name);
    const tasks = live?.tasks ?? [];
    const settled = state === 'STOPPED' ? tasks.length === 0 : tasks.every((task) => task.state === state);
    return live?.state === state && settled ? true : undefined;
  }, STOPPED);
  if (!reached) throw new Error(`is not ${state} after ${STOPPED.timeoutMs} ms`);
}
