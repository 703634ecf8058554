import type { Statement } from '../../ast/statements';
import { NotSupportedError } from '../../diagnostics/diagnostic';
import { ERROR_CODES, WireError } from '../http/wire-error';

/** Valid statements of ksqlDB that this engine does not run. */
interface RefusedConstruct {
  readonly name: string;
  /** Why, and what to do instead. */
  readonly why: string;
  readonly applies: (statement: Statement) => boolean;
}

const CONNECT = 'connectors are run by Kafka Connect: declare them there';

const connectorStatement = (action: string): RefusedConstruct => ({
  name: `${action} CONNECTOR`,
  why: CONNECT,
  applies: (statement) => statement.kind === 'ConnectorStatement' && statement.action === action,
});
const connectorList = (target: 'CONNECTORS' | 'CONNECTOR PLUGINS'): RefusedConstruct => ({
  name: `LIST ${target}`,
  why: CONNECT,
  applies: (statement) => statement.kind === 'List' && statement.target === target,
});

export const REFUSED_CONSTRUCTS: readonly RefusedConstruct[] = [
  connectorStatement('CREATE'),
  connectorStatement('DROP'),
  connectorList('CONNECTORS'),
  connectorList('CONNECTOR PLUGINS'),
  {
    name: 'DESCRIBE CONNECTOR',
    why: CONNECT,
    applies: (statement) => statement.kind === 'Describe' && statement.target.kind === 'CONNECTOR',
  },
  {
    name: 'RUN SCRIPT',
    why: 'a server has no files of its client: send the statements of the script',
    applies: ({ kind }) => kind === 'RunScript',
  },
  {
    name: 'ALTER SYSTEM',
    why: 'settings of the server stand in its properties file',
    applies: ({ kind }) => kind === 'AlterSystemProperty',
  },
];

/** @throws WireError the statement is one that the engine does not run */
export function refuseUnsupported(statement: Statement, text: string): void {
  const construct = REFUSED_CONSTRUCTS.find(({ applies }) => applies(statement));
  if (construct === undefined) return;
  const message = `${new NotSupportedError(construct.name).message} It is refused as ${construct.why}.`;
  throw new WireError(ERROR_CODES.badStatement, message, text);
}
