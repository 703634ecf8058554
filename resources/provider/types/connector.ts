import { z } from 'zod';
import { connectorKind } from '../../connector/index';
import type { Connector, LiveConnector } from '../../connector/index';
import { ConnectClient } from '../../connector/connect-client';
import { CONNECTOR_STATES } from '../../connector/connector';
import { applyOffsets, offsetRequest } from '../../connector/offsets';
import type { OffsetRequest } from '../../connector/offsets';
import type { ManagedType } from '../managed-type';
import { sameJson } from '../../compare-properties';
import type { Properties } from '../wire';
import { loginOf } from './login';

const form = z.strictObject({
  connectUrl: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  connector: z.string().min(1),
  config: z.record(z.string(), z.string()),
  state: z.enum(CONNECTOR_STATES).default('RUNNING'),
  offsets: offsetRequest.optional(),
});

const clientOf = (inputs: Properties): ConnectClient =>
  new ConnectClient(inputs.connectUrl as string, { login: loginOf(inputs) });

/** `naap:connect:Connector`. */
export const connectorType: ManagedType<Connector, LiveConnector> = {
  token: 'naap:connect:Connector',
  form,
  secrets: ['password'],
  judged: ['config', 'state'],
  identity: {
    connector: 'a connector has no other name',
    connectUrl: 'a connector belongs to its cluster; a sink goes on at the offsets of its consumer group',
  },
  // The same name at another address of the same cluster would be deleted after it was made.
  deleteBeforeReplace: true,
  adopts: 'same',
  id: ({ connector }) => connector as string,
  problems: ({ config }) =>
    (config as Properties)['connector.class'] === undefined
      ? ['config: "connector.class" is absent: name the class of the connector']
      : [],
  kind: (inputs) => connectorKind(() => clientOf(inputs)),
  remembered: ({ config, state }) => ({
    config: config as Record<string, string>,
    state: state as string,
    tasks: [],
  }),
  observed: ({ offsets, ...inputs }, _, live) => ({
    ...inputs,
    config: { ...live.config },
    state: observedState(live),
    ...(offsets === undefined ? {} : { offsets }),
  }),
  outputs: ({ tasks }) => ({ tasks: tasks.map(({ id, state }) => ({ id, state })) }),
  // A failed task is a difference of the state: what is declared is that all run.
  inputOf: (path) => (path.startsWith('tasks.') ? 'state' : path.split('.')[0]!),
  request: async (before, after) => {
    if (after.offsets === undefined || sameJson(before?.offsets, after.offsets)) return;
    await applyOffsets(clientOf(after), after.connector as string, after.offsets as unknown as OffsetRequest);
  },
  remove: (inputs, { name }) => clientOf(inputs).delete(name),
  importInputs: (id, { connect }) => {
    if (connect.length === 0)
      throw new Error('an import knows only a name: give the provider "connectUrls", separated by commas');
    return connect.map(({ url: connectUrl, username, password }) => ({
      connectUrl,
      ...(username === undefined ? {} : { username, password }),
      connector: id,
      config: {},
      state: 'RUNNING',
    }));
  },
};

/** One failed task makes the connector as a whole one that failed. */
function observedState(live: LiveConnector): string {
  return live.tasks.some(({ state }) => state === 'FAILED') ? 'FAILED' : live.state;
}
