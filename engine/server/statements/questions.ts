import type { AssertSchema, AssertTopic, Describe, ListStatement, Statement } from '../../ast/statements';
import { durationMs } from '../../analyzer/durations';
import type { DataSource } from '../../catalog/catalog';
import type { Expression } from '../../ast/expressions';
import { NotSupportedError } from '../../diagnostics/diagnostic';
import { ERROR_CODES, WireError } from '../http/wire-error';
import { sourceDescription } from './describe';
import type { EngineState } from './engine-state';
import { explain } from './explain';
import { describeFunction, listFunctions } from './function-entities';
import type { KsqlEngine, SessionStatement } from './ksql-engine';
import { propertyEntities } from './property-entities';
import { queryEntity, sourceEntity, transientEntities } from './query-entities';
import { schemaEntity } from './schema-entity';

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

function refuseUnsupported(statement: Statement, text: string): void {
  const construct = unsupportedConstruct(statement);
  if (construct === undefined) return;
  throw new WireError(ERROR_CODES.badStatement, new NotSupportedError(construct).message, text);
}

function unsupportedConstruct(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'ConnectorStatement':
      return `${statement.action} CONNECTOR`;
    case 'RunScript':
      return 'RUN SCRIPT';
    case 'AlterSystemProperty':
      return 'ALTER SYSTEM';
    case 'List':
      return statement.target === 'CONNECTORS' || statement.target === 'CONNECTOR PLUGINS'
        ? `LIST ${statement.target}`
        : undefined;
    case 'Describe':
      return statement.target.kind === 'CONNECTOR' ? 'DESCRIBE CONNECTOR' : undefined;
    default:
      return undefined;
  }
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

async function list(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: ListStatement,
): Promise<object> {
  const { catalog } = engine;
  const statementText = session.parsed.text;
  switch (statement.target) {
    case 'STREAMS':
    case 'TABLES':
      return listSources(
        engine,
        statement.target === 'STREAMS' ? 'STREAM' : 'TABLE',
        statement.extended,
        statementText,
      );
    case 'TOPICS':
      return listTopics(engine, session, statement);
    case 'QUERIES':
      return listQueries(engine, statement.extended, statementText);
    case 'FUNCTIONS':
      return {
        '@type': 'function_names',
        statementText,
        functions: listFunctions(engine.deps.functions),
        warnings: [],
      };
    case 'PROPERTIES':
      return {
        '@type': 'properties',
        statementText,
        ...propertyEntities(engine.deps.config, session.overrides),
        warnings: [],
      };
    case 'TYPES': {
      const types = Object.fromEntries(
        [...catalog.types()].map(([name, type]) => [name, schemaEntity(type)]),
      );
      return { '@type': 'type_list', statementText, types, warnings: [] };
    }
    case 'VARIABLES': {
      const variables = Object.entries(session.variables).map(([name, value]) => ({ name, value }));
      return { '@type': 'variables', statementText, variables, warnings: [] };
    }
    case 'CONNECTORS':
    case 'CONNECTOR PLUGINS':
      throw new Error('refused before');
  }
}

async function listSources(
  engine: KsqlEngine,
  kind: DataSource['kind'],
  extended: boolean,
  statementText: string,
): Promise<object> {
  const sources = engine.catalog.sources().filter((source) => source.kind === kind);
  if (!extended)
    return {
      '@type': kind === 'STREAM' ? 'streams' : 'tables',
      statementText,
      [kind === 'STREAM' ? 'streams' : 'tables']: sources.map(sourceEntity),
      warnings: [],
    };
  return describeAll(engine, sources, true, statementText);
}

async function describeAll(
  engine: KsqlEngine,
  sources: readonly DataSource[],
  extended: boolean,
  statementText: string,
): Promise<object> {
  const sourceDescriptions = await Promise.all(
    sources.map((source) => sourceDescription(engine, source, extended)),
  );
  return { '@type': 'source_descriptions', statementText, sourceDescriptions, warnings: [] };
}

async function listTopics(
  engine: KsqlEngine,
  session: SessionStatement,
  { all, extended }: ListStatement,
): Promise<object> {
  const hidden = (session.config['ksql.hidden.topics'] ?? '')
    .split(',')
    .filter(Boolean)
    .map((pattern) => new RegExp(`^(?:${pattern})$`));
  const topics = (await engine.deps.broker.topics()).filter(
    ({ name }) => all || !hidden.some((pattern) => pattern.test(name)),
  );
  const entities = topics.map(({ name, partitions, replicas }) => ({
    name,
    replicaInfo: Array.from({ length: partitions }, () => replicas),
    ...(extended ? { consumerCount: 0, consumerGroupCount: 0 } : {}),
  }));
  return {
    '@type': extended ? 'kafka_topics_extended' : 'kafka_topics',
    statementText: session.parsed.text,
    topics: entities,
    warnings: [],
  };
}

async function listQueries(engine: KsqlEngine, extended: boolean, statementText: string): Promise<object> {
  const queries = [...engine.state.queries.values()];
  if (!extended)
    return {
      '@type': 'queries',
      statementText,
      queries: [...queries.map((query) => queryEntity(engine, query)), ...transientEntities(engine)],
      warnings: [],
    };
  const loc = { start: 0, end: 0, line: 1, column: 1 };
  const session = (id: string): SessionStatement => ({
    parsed: {
      statement: { kind: 'Explain', queryId: id, loc },
      text: statementText,
      span: loc,
      source: { name: '', text: statementText },
    },
    overrides: {},
    config: {},
    variables: {},
  });
  const described = await Promise.all(
    queries.map(({ id }) => explain(engine, session(id), { kind: 'Explain', queryId: id, loc })),
  );
  return {
    '@type': 'query_descriptions',
    statementText,
    queryDescriptions: described.map((entity) => (entity as { queryDescription: object }).queryDescription),
    warnings: [],
  };
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

// ---- ASSERT -----------------------------------------------------------------------------------------------------

const ASSERT_POLL_MS = 50;

async function assertTopic(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: AssertTopic,
): Promise<object> {
  const limit = statement.timeout
    ? durationMs(statement.timeout)
    : Number(session.config['ksql.assert.topic.default.timeout.ms']);
  await untilHolds(limit, () => topicMismatch(engine, statement));
  return {
    '@type': 'assert_topic',
    statementText: session.parsed.text,
    topicName: statement.topic,
    exists: statement.exists,
    warnings: [],
  };
}

/** Undefined when the assertion holds, else what is wrong. */
async function topicMismatch(
  engine: KsqlEngine,
  { topic, exists, config }: AssertTopic,
): Promise<string | undefined> {
  const found = await engine.deps.broker.topic(topic);
  if (!exists) return found ? `Topic ${topic} exists` : undefined;
  if (!found) return `Topic ${topic} does not exist`;
  const actual: Record<string, number> = { PARTITIONS: found.partitions, REPLICAS: found.replicas };
  for (const [name, value] of config) {
    const label = name.toLowerCase();
    const have = actual[name.toUpperCase()];
    const want = numberOf(value);
    if (have === undefined)
      throw new WireError(ERROR_CODES.expectationFailed, `Cannot assert unknown topic property: ${name}`);
    if (have !== want)
      return `Mismatched configuration for topic ${topic}: For config ${label}, expected ${want} got ${have}`;
  }
  return undefined;
}

function numberOf(value: Expression): number | undefined {
  return value.kind === 'IntegerLiteral'
    ? value.value
    : value.kind === 'StringLiteral'
      ? Number(value.value)
      : undefined;
}

async function assertSchema(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: AssertSchema,
): Promise<object> {
  const { subject, id, exists } = statement;
  const limit = statement.timeout
    ? durationMs(statement.timeout)
    : Number(session.config['ksql.assert.schema.default.timeout.ms']);
  await untilHolds(limit, () => schemaMismatch(engine, statement));
  return {
    '@type': 'assert_schema',
    statementText: session.parsed.text,
    subject: subject ?? null,
    id: id ?? null,
    exists,
    warnings: [],
  };
}

async function schemaMismatch(
  { deps: { registry } }: KsqlEngine,
  { subject, id, exists }: AssertSchema,
): Promise<string | undefined> {
  const latest = subject === undefined ? undefined : await registry.latest(subject);
  const byId = id === undefined ? undefined : await registry.byId(id);
  const found =
    subject === undefined
      ? byId !== undefined
      : latest !== undefined && (id === undefined || byId !== undefined);
  const label = [
    ...(subject === undefined ? [] : [`subject name ${subject}`]),
    ...(id === undefined ? [] : [`id ${id}`]),
  ].join(' and ');
  if (found === exists) return undefined;
  return exists ? `Schema with ${label} does not exist` : `Schema with ${label} exists`;
}

async function untilHolds(limitMs: number, mismatch: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const problem = await mismatch();
    if (problem === undefined) return;
    if (Date.now() + ASSERT_POLL_MS > deadline) throw new WireError(ERROR_CODES.expectationFailed, problem);
    await new Promise((resolve) => setTimeout(resolve, ASSERT_POLL_MS));
  }
}
