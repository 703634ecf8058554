import type { DataSource } from '../../catalog/catalog';
import { partitionKey } from '../broker/broker';
import type { PersistentQuery } from './engine-state';
import { consumerGroup } from './query-runner';
import { hostLabel } from './explain';
import type { KsqlEngine } from './ksql-engine';
import { statisticsOf } from './topic-counters';
import { queryEntity, readersOf, sourceTableReaders, writersOf } from './query-entities';
import { fieldEntities } from './schema-entity';

/** One source with everything that is known of it. `extended`: offsets and numbers too. */
export async function sourceDescription(
  engine: KsqlEngine,
  source: DataSource,
  extended: boolean,
): Promise<object> {
  const readers = readersOf(engine, source);
  const writers = writersOf(engine, source);
  const topic = await engine.deps.broker.topic(source.topic.name);
  const statistics = extended
    ? statisticsOf(engine.counter(source.topic.name), hostLabel(engine))
    : { text: '', entries: [] };
  const windowType = source.topic.window?.type ?? null;
  return {
    name: source.name,
    windowType,
    readQueries: [
      ...readers.map((query) => queryEntity(engine, query)),
      ...sourceTableReaders(engine, source),
    ],
    writeQueries: writers.map((query) => queryEntity(engine, query)),
    fields: fieldEntities(source.schema),
    type: source.kind,
    timestamp: source.timestamp?.column ?? '',
    statistics: statistics.text,
    errorStats: '',
    extended,
    keyFormat: source.topic.keyFormat.name,
    valueFormat: source.topic.valueFormat.name,
    topic: source.topic.name,
    partitions: topic?.partitions ?? 0,
    replication: topic?.replicas ?? 0,
    statement: source.sql,
    queryOffsetSummaries: extended
      ? await Promise.all(writers.map((query) => offsetSummary(engine, query)))
      : [],
    sourceConstraints: [
      ...new Set(readers.filter(({ plan }) => plan.kind === 'CREATE_AS').map(({ plan }) => plan.sinkName)),
    ],
    clusterStatistics: statistics.entries,
    clusterErrorStats: [],
  };
}

async function offsetSummary(engine: KsqlEngine, query: PersistentQuery): Promise<object> {
  const { broker, config } = engine.deps;
  const groupId = consumerGroup(config.serviceId, query.id);
  const places = engine.driver.query(query.id)?.inputQueues.map(({ place }) => place) ?? [];
  const [start, end, committed] = await Promise.all([
    broker.offsets(places, 'EARLIEST'),
    broker.offsets(places, 'LATEST'),
    broker.committedOffsets(groupId),
  ]);
  const topics = [...new Set(places.map(({ topic }) => topic))];
  return {
    groupId,
    topicSummaries: topics.map((kafkaTopic) => ({
      kafkaTopic,
      offsets: places
        .filter(({ topic }) => topic === kafkaTopic)
        .map(({ topic, partition }) => {
          const key = partitionKey(topic, partition);
          return {
            partition,
            logStartOffset: start.get(key) ?? 0,
            logEndOffset: end.get(key) ?? 0,
            consumerOffset: committed.get(key) ?? 0,
          };
        }),
    })),
  };
}

/** Several sources at once. */
export async function describeAll(
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
