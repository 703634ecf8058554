import { stringify } from 'yaml';
import type { ConnectorState } from '../../resources/connector/connector';
import { CONNECTOR_STATES } from '../../resources/connector/connector';
import { isLiteralSecret, withReferences } from '../plan/connector-refusals';
import { UNDECLARED } from '../undeclared';
import type { UndeclaredConnector } from '../undeclared';
import { sorted } from './proposal';
import type { AdoptInput, Outcome, Proposals } from './proposal';

/** Connectors with their whole configuration; a secret in clear text becomes a reference. */
export async function proposeConnectors(input: AdoptInput): Promise<Proposals> {
  const connectors = await UNDECLARED.connector(input);
  return sorted(connectors.map((connector) => propose(input, connector)));
}

function propose(input: AdoptInput, { url, name, live }: UndeclaredConnector): Outcome {
  const path = `connectors/${name}.yaml`;
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return {
      kind: 'connector',
      name,
      reason: 'its name is no name of a file',
      remedy: 'make it again under another name',
    };
  if (input.exists(path))
    return {
      kind: 'connector',
      name,
      reason: `${path} is there already`,
      remedy: 'look at that file: it is declared otherwise',
    };
  const clusters = Object.entries(input.environment.connect.clusters);
  const [cluster] = clusters.find(([, one]) => one.url === url)!;
  const literal = Object.entries(live.config).filter(([key, value]) => isLiteralSecret(key, value));
  const secretOf = (key: string): string => `${name}-${key}`;
  const config = Object.entries(live.config).map(([key, value]) => {
    const kept = isLiteralSecret(key, value)
      ? withReferences(key, value, `\${secret:${secretOf(key)}}`)
      : value;
    return [key, withOwnSecrets(kept, input)] as const;
  });
  const text = stringify({
    form: 'whole',
    description: `Found running in ${input.stack}; say here what it is for.`,
    cluster,
    environments: [input.stack],
    state: stateOf(live.state),
    config: Object.fromEntries(config.sort(([a], [b]) => (a < b ? -1 : 1))),
  });
  return {
    objects: [{ kind: 'connector', name }],
    files: [{ path, text }],
    notes: literal.map(
      ([key]) =>
        `"${key}" is a secret in clear text: put it into the file "${secretOf(key)}" of the worker’s secrets folder; the next apply takes the clear text away`,
    ),
  };
}

/** `${directory:<the worker's folder>:NAME}` is `${secret:NAME}` in every environment. */
function withOwnSecrets(value: string, { environment }: AdoptInput): string {
  return value.replaceAll(`\${directory:${environment.connect.secretsDirectory}:`, '${secret:');
}

/** One that failed is declared to run. */
function stateOf(state: string): ConnectorState {
  return CONNECTOR_STATES.find((one) => one === state) ?? 'RUNNING';
}
