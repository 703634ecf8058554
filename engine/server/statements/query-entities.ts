import type { DataSource } from '../../catalog/catalog';
import type { PersistentQuery } from './engine-state';
import type { KsqlEngine } from './ksql-engine';

/** A running query as lists and descriptions show it. */
export function queryEntity(engine: KsqlEngine, query: PersistentQuery): object {
  return {
    queryString: query.sql,
    sinks: [query.plan.sinkName],
    sinkKafkaTopics: [query.sinkTopic],
    id: query.id,
    statusCount: { [displayState(engine, query)]: 1 },
    queryType: 'PERSISTENT',
    state: engine.driver.state(query.id) === 'ERROR' ? 'ERROR' : 'RUNNING',
  };
}

/** Queries that keep source tables: listed as stock does, without a sink. */
export function sourceTableEntities(engine: KsqlEngine): object[] {
  return [...engine.state.sourceQueries].map(([table, id]) => sourceTableEntity(engine, table, id));
}

/** The query that keeps this source table: it reads it. */
export function sourceTableReaders(engine: KsqlEngine, { name }: DataSource): object[] {
  const id = engine.state.sourceQueries.get(name);
  return id === undefined ? [] : [sourceTableEntity(engine, name, id)];
}

function sourceTableEntity(engine: KsqlEngine, table: string, id: string): object {
  const state = engine.driver.state(id) === 'ERROR' ? 'ERROR' : 'RUNNING';
  return {
    queryString: engine.catalog.getSource(table)?.sql ?? '',
    sinks: [],
    sinkKafkaTopics: [],
    id,
    statusCount: { [state]: 1 },
    queryType: 'PERSISTENT',
    state,
  };
}

/** Push queries, listed after the persistent ones. */
export function transientEntities(engine: KsqlEngine): object[] {
  return engine.transientQueries.list().map(({ id, sql }) => ({
    queryString: sql,
    sinks: [],
    sinkKafkaTopics: [],
    id,
    statusCount: { RUNNING: 1 },
    queryType: 'PUSH',
    state: 'RUNNING',
  }));
}

/** RUNNING while it is being restored too: a rebalance is nothing that a client can act on. */
export function displayState(engine: KsqlEngine, query: PersistentQuery): string {
  const state = engine.driver.state(query.id) ?? 'ERROR';
  return query.paused && state !== 'ERROR' ? 'PAUSED' : state === 'REBALANCING' ? 'RUNNING' : state;
}

export function readersOf(engine: KsqlEngine, source: DataSource): PersistentQuery[] {
  return [...engine.state.queries.values()].filter(({ plan }) => plan.sourceNames.includes(source.name));
}
export function writersOf(engine: KsqlEngine, source: DataSource): PersistentQuery[] {
  return [...engine.state.queries.values()].filter(({ plan }) => plan.sinkName === source.name);
}

/** A source as SHOW STREAMS and SHOW TABLES list it. */
export function sourceEntity({ kind, name, topic }: DataSource): object {
  return {
    type: kind,
    name,
    topic: topic.name,
    keyFormat: topic.keyFormat.name,
    valueFormat: topic.valueFormat.name,
    isWindowed: topic.window !== undefined,
  };
}
