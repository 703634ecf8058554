import type { Describe } from '../../ast/statements';
import type { DataSource } from '../../catalog/catalog';
import { NotSupportedError } from '../../diagnostics/diagnostic';
import { ERROR_CODES, WireError } from '../http/wire-error';
import { assertSchema, assertTopic } from './assertions';
import { describeAll, sourceDescription } from './describe';
import type { EngineState } from './engine-state';
import { explain } from './explain';
import { describeFunction } from './function-entities';
import type { KsqlEngine, SessionStatement } from './ksql-engine';
import { list } from './listings';
import { refuseUnsupported } from './refused-constructs';

/** Checks that can be made before anything of the request runs. */
export async function validateQuestion(
  _engine: KsqlEngine,
  state: EngineState,
  { parsed: { statement, text } }: SessionStatement,
): Promise<void> {
  if (statement.kind === 'Describe' && statement.target.kind === 'SOURCE')
    requireSource(state, statement.target.name, text);
  refuseUnsupported(statement, text);
  return Promise.resolve();
}

/** Statements that change nothing on the server. Undefined: they answer nothing. */
export async function answerQuestion(
  engine: KsqlEngine,
  session: SessionStatement,
): Promise<object | undefined> {
  const { statement, text } = session.parsed;
  refuseUnsupported(statement, text);
  switch (statement.kind) {
    case 'List':
      return list(engine, session, statement);
    case 'Describe':
      return describe(engine, statement, text);
    case 'Explain':
      return explain(engine, session, statement);
    case 'AssertTopic':
      return assertTopic(engine, session, statement);
    case 'AssertSchema':
      return assertSchema(engine, session, statement);
    // These hold for the statements after them; a client keeps them for its next request.
    case 'SetProperty':
    case 'UnsetProperty':
    case 'DefineVariable':
    case 'UndefineVariable':
      return undefined;
    default:
      throw new WireError(ERROR_CODES.badStatement, new NotSupportedError(statement.kind).message, text);
  }
}

async function describe(
  engine: KsqlEngine,
  { target, extended }: Describe,
  statementText: string,
): Promise<object> {
  switch (target.kind) {
    case 'SOURCE':
      return {
        '@type': 'sourceDescription',
        statementText,
        sourceDescription: await sourceDescription(
          engine,
          requireSource(engine.state, target.name, statementText),
          extended,
        ),
        warnings: [],
      };
    case 'STREAMS':
    case 'TABLES': {
      const kind = target.kind === 'STREAMS' ? 'STREAM' : 'TABLE';
      return describeAll(
        engine,
        engine.catalog.sources().filter((source) => source.kind === kind),
        extended,
        statementText,
      );
    }
    case 'FUNCTION':
      return {
        '@type': 'describe_function',
        statementText,
        ...describeFunction(engine.deps.functions, target.name, statementText),
        warnings: [],
      };
    case 'CONNECTOR':
      throw new Error('refused before');
  }
}

function requireSource(state: EngineState, name: string, text: string): DataSource {
  const source = state.catalog.getSource(name);
  if (source) return source;
  throw new WireError(
    ERROR_CODES.badStatement,
    `Could not find STREAM/TABLE '${name}' in the Metastore`,
    text,
  );
}
