/** ksqlDB's own properties: default, and whether a request may override it. Source: ksqlDB configuration reference, 7.9. */
interface KsqlProperty {
  readonly name: string;
  /** Null: none. */
  readonly value: string | null;
  readonly perQuery?: true;
}

const off = (name: string): KsqlProperty => ({ name, value: 'false' });
const on = (name: string): KsqlProperty => ({ name, value: 'true' });
const is = (name: string, value: string | null): KsqlProperty => ({ name, value });
const perQuery = (name: string, value: string | null): KsqlProperty => ({ name, value, perQuery: true });

const SYSTEM_TOPICS =
  '_confluent.*,__confluent.*,_schemas,__consumer_offsets,__transaction_state,connect-configs,connect-offsets,connect-status,connect-statuses';
const UNLIMITED = '2147483647';

export const KSQL_PROPERTIES: readonly KsqlProperty[] = [
  is('ksql.service.id', 'default_'),
  is('ksql.persistent.prefix', 'query_'),
  is('ksql.transient.prefix', 'transient_'),
  is('ksql.output.topic.name.prefix', ''),
  is('ksql.hidden.topics', SYSTEM_TOPICS),
  is('ksql.readonly.topics', SYSTEM_TOPICS),
  is('ksql.schema.registry.url', ''),
  is('ksql.persistence.default.format.key', 'KAFKA'),
  is('ksql.persistence.default.format.value', null),
  is('ksql.persistence.wrap.single.values', null),
  is('ksql.internal.topic.replicas', '1'),
  is('ksql.internal.topic.min.insync.replicas', '1'),
  is('ksql.query.persistent.active.limit', UNLIMITED),
  is('ksql.query.pull.max.qps', UNLIMITED),
  is('ksql.query.pull.max.concurrent.requests', UNLIMITED),
  is('ksql.query.pull.max.hourly.bandwidth.megabytes', UNLIMITED),
  is('ksql.query.status.running.threshold.seconds', '300'),
  is('ksql.query.error.max.queue.size', '10'),
  is('ksql.query.retry.backoff.initial.ms', '15000'),
  is('ksql.assert.topic.default.timeout.ms', '1000'),
  is('ksql.assert.schema.default.timeout.ms', '1000'),
  is('ksql.suppress.buffer.size.bytes', '-1'),
  is('ksql.connect.url', 'http://localhost:8083'),
  is('ksql.extension.dir', 'ext'),
  is('ksql.deployment.type', 'selfManaged'),
  is('ksql.properties.overrides.denylist', ''),
  is('ksql.metastore.backup.location', ''),
  is('ksql.websocket.connection.max.timeout.ms', '3600000'),
  is('ksql.access.validator.enable', 'auto'),
  is('ksql.sink.window.change.log.additional.retention', '1000000'),
  on('ksql.pull.queries.enable'),
  on('ksql.insert.into.values.enabled'),
  on('ksql.create.or.replace.enabled'),
  on('ksql.variable.substitution.enable'),
  on('ksql.suppress.enabled'),
  on('ksql.lambdas.enabled'),
  on('ksql.headers.columns.enabled'),
  on('ksql.udfs.enabled'),
  on('ksql.source.table.materialization.enabled'),
  on('ksql.query.pull.stream.enabled'),
  on('ksql.query.pull.limit.clause.enabled'),
  on('ksql.query.pull.interpreter.enabled'),
  off('ksql.query.push.v2.enabled'),
  off('ksql.query.push.v2.registry.installed'),
  off('ksql.runtime.feature.shared.enabled'),
  off('ksql.new.query.planner.enabled'),
  perQuery('ksql.query.pull.table.scan.enabled', 'true'),
  perQuery('ksql.query.pull.range.scan.enabled', 'true'),
  perQuery('ksql.query.pull.max.allowed.offset.lag', '9223372036854775807'),
  perQuery('ksql.query.pull.consistency.token.enabled', 'false'),
  perQuery('ksql.query.push.v2.scalable', 'false'),
  perQuery('ksql.query.retry.backoff.max.ms', '900000'),
  perQuery('ksql.cast.strings.preserve.nulls', 'true'),
  perQuery('ksql.nested.error.set.null', 'true'),
  perQuery('ksql.timestamp.throw.on.invalid', 'false'),
];

/** Kafka Streams properties with ksqlDB's defaults; SHOW PROPERTIES gives them the prefix `ksql.streams.`. */
export const STREAMS_DEFAULTS: Readonly<Record<string, string>> = {
  'auto.offset.reset': 'latest',
  'cache.max.bytes.buffering': '10000000',
  'commit.interval.ms': '2000',
  'num.stream.threads': '4',
  'topology.optimization': 'all',
};

/** Names that Kafka Streams, consumers and producers know. Source: Kafka 4 configuration reference. */
const CLIENT_NAMES = new Set(
  [
    // Kafka Streams
    'acceptable.recovery.lag application.id application.server bootstrap.servers buffered.records.per.partition built.in.metrics.version',
    'cache.max.bytes.buffering client.id commit.interval.ms connections.max.idle.ms default.client.supplier default.deserialization.exception.handler',
    'default.dsl.store default.key.serde default.list.key.serde.inner default.list.key.serde.type default.list.value.serde.inner default.list.value.serde.type',
    'default.production.exception.handler default.timestamp.extractor default.value.serde deserialization.exception.handler dsl.store.suppliers.class',
    'enable.metrics.push ensure.explicit.internal.resource.naming group.protocol log.summary.interval.ms max.task.idle.ms max.warmup.replicas metadata.max.age.ms',
    'metadata.recovery.rebootstrap.trigger.ms metadata.recovery.strategy metric.reporters metrics.num.samples metrics.recording.level metrics.sample.window.ms',
    'num.standby.replicas num.stream.threads poll.ms probing.rebalance.interval.ms processing.exception.handler processing.guarantee processor.wrapper.class',
    'production.exception.handler rack.aware.assignment.non_overlap_cost rack.aware.assignment.strategy rack.aware.assignment.tags rack.aware.assignment.traffic_cost',
    'receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms repartition.purge.interval.ms replication.factor request.timeout.ms retries retry.backoff.max.ms',
    'retry.backoff.ms rocksdb.config.setter security.protocol send.buffer.bytes state.cleanup.delay.ms state.dir statestore.cache.max.bytes task.assignor.class',
    'task.timeout.ms topology.optimization upgrade.from window.size.ms windowed.inner.class.serde windowstore.changelog.additional.retention.ms',
    // consumer
    'allow.auto.create.topics auto.commit.interval.ms auto.include.jmx.reporter auto.offset.reset check.crcs client.dns.lookup client.rack default.api.timeout.ms',
    'enable.auto.commit exclude.internal.topics fetch.max.bytes fetch.max.wait.ms fetch.min.bytes group.id group.instance.id group.remote.assignor heartbeat.interval.ms',
    'interceptor.classes isolation.level key.deserializer max.partition.fetch.bytes max.poll.interval.ms max.poll.records partition.assignment.strategy session.timeout.ms',
    'share.acknowledgement.mode value.deserializer socket.connection.setup.timeout.ms socket.connection.setup.timeout.max.ms security.providers',
    // producer
    'acks batch.size buffer.memory compression.gzip.level compression.lz4.level compression.type compression.zstd.level delivery.timeout.ms enable.idempotence',
    'key.serializer linger.ms max.block.ms max.in.flight.requests.per.connection max.request.size metadata.max.idle.ms partitioner.adaptive.partitioning.enable',
    'partitioner.availability.timeout.ms partitioner.class partitioner.ignore.keys transaction.timeout.ms transactional.id transaction.two.phase.commit.enable value.serializer',
  ]
    .join(' ')
    .split(' '),
);
const CLIENT_FAMILIES = /^(sasl|ssl)\./;
const CLIENT_PREFIXES = [
  'main.consumer.',
  'restore.consumer.',
  'global.consumer.',
  'consumer.',
  'producer.',
  'admin.',
  'topic.',
];
/** Server settings that are not overrides but may be asked about. */
const SERVER_NAMES =
  /^(ksql\.(schema\.registry|connect|logging|server|internal|streams|functions|metrics|authorization|queryanonymizer|transient|query|shared|fetch|heartbeat|lag|advertised|allowed|max)\.|confluent\.)/;

/** The plain name of a client property: without `ksql.streams.` and without a client's prefix. */
export function clientPropertyName(name: string): string | undefined {
  const plain = name.startsWith('ksql.streams.') ? name.slice('ksql.streams.'.length) : name;
  const prefix = CLIENT_PREFIXES.find((candidate) => plain.startsWith(candidate));
  const base = prefix === undefined ? plain : plain.slice(prefix.length);
  return CLIENT_NAMES.has(base) || CLIENT_FAMILIES.test(base) || prefix === 'topic.' ? plain : undefined;
}

export type PropertyVerdict = 'allowed' | 'prohibited' | 'unknown';

/** Client settings that belong to the server alone. */
const SERVER_ONLY = new Set([
  'bootstrap.servers',
  'application.id',
  'application.server',
  'state.dir',
  'num.stream.threads',
  'group.id',
  'transactional.id',
]);

/** Whether a request may set a property. */
export function judgeOverride(name: string): PropertyVerdict {
  const own = KSQL_PROPERTIES.find((property) => property.name === name);
  if (own) return own.perQuery ? 'allowed' : 'prohibited';
  const client = clientPropertyName(name);
  if (client !== undefined) return SERVER_ONLY.has(client) ? 'prohibited' : 'allowed';
  if (name.startsWith('ksql.functions.')) return 'allowed';
  return SERVER_NAMES.test(name) ? 'prohibited' : 'unknown';
}
