import type { ListStatement } from '../../ast/statements';
import type { DataSource } from '../../catalog/catalog';
import { describeAll } from './describe';
import { explain } from './explain';
import { listFunctions } from './function-entities';
import type { KsqlEngine, SessionStatement } from './ksql-engine';
import { propertyEntities } from './property-entities';
import { queryEntity, sourceEntity, sourceTableEntities, transientEntities } from './query-entities';
import { schemaEntity } from './schema-entity';

/** SHOW and LIST of everything that can be listed. */
export async function list(
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
    ...(extended ? consumersOf(engine, name) : {}),
  }));
  return {
    '@type': extended ? 'kafka_topics_extended' : 'kafka_topics',
    statementText: session.parsed.text,
    topics: entities,
    warnings: [],
  };
}

/** The engine's own: each query is a group of its own with one consumer. */
function consumersOf(
  engine: KsqlEngine,
  topic: string,
): { readonly consumerCount: number; readonly consumerGroupCount: number } {
  const readers = [...engine.state.queries.keys()].filter((id) =>
    engine.driver.query(id)?.inputQueues.some(({ place }) => place.topic === topic),
  );
  return { consumerCount: readers.length, consumerGroupCount: readers.length };
}

async function listQueries(engine: KsqlEngine, extended: boolean, statementText: string): Promise<object> {
  const queries = [...engine.state.queries.values()];
  if (!extended)
    return {
      '@type': 'queries',
      statementText,
      queries: [
        ...queries.map((query) => queryEntity(engine, query)),
        ...sourceTableEntities(engine),
        ...transientEntities(engine),
      ],
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
