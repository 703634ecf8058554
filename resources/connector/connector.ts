import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

export const CONNECTOR_STATES = ['RUNNING', 'PAUSED', 'STOPPED'] as const;
export type ConnectorState = (typeof CONNECTOR_STATES)[number];

/** A connector as declared. */
export interface Connector {
  readonly name: string;
  /** REST root of its cluster. */
  readonly url: string;
  /** Without `name`; secrets are references that the worker resolves. */
  readonly config: Readonly<Record<string, string>>;
  readonly state: ConnectorState;
}

export interface LiveTask {
  readonly id: number;
  readonly state: string;
  readonly trace?: string;
}

export interface LiveConnector {
  readonly config: Readonly<Record<string, string>>;
  readonly state: string;
  readonly trace?: string;
  readonly tasks: readonly LiveTask[];
}

const inputs = z.object({
  connectUrl: z.string(),
  connector: z.string(),
  config: z.record(z.string(), z.string()),
  state: z.enum(CONNECTOR_STATES),
});

export function parseConnector(resource: DeclaredResource): Connector {
  const { connectUrl, connector, ...rest } = parseInputs(resource, inputs);
  return { ...rest, name: connector, url: connectUrl };
}
