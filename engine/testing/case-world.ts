import type { Statement } from '../ast/statements';
import type { Catalog, DataSource, KsqlTopic } from '../catalog/catalog';
import { emptyCatalog } from '../catalog/memory-catalog';
import { createSchemaTranslator } from '../formats/schema-translator';
import { schemaOf } from '../formats/schema-generation';
import { createSerdes } from '../formats/serdes';
import { configuredFunctions } from '../functions';
import type { FunctionRegistry } from '../functions';
import { parseStatements } from '../parser';
import { applyPlan, isPlannable, planStatement } from '../planner';
import type {
  InsertValuesPlan,
  PlannableStatement,
  PlanningContext,
  RunningQuery,
  StatementPlan,
  TopicInfo,
} from '../planner';
import type { OutputRecord, SchemaText, TopicRecord } from '../runtime/contracts';
import { buildTopology } from '../runtime/topology-builder';
import type { Topology } from '../runtime/topology';
import { VirtualDriver } from '../runtime/virtual-driver';
import { usesCache } from '../server/statements/session-config';
import { createSource } from '../source/source';
import { CaseRegistry } from './case-registry';
import { jsonText, plain } from './json-value';
import { SUITE_FUNCTIONS } from './suite-functions';
import type { JsonObject, JsonValue } from './json-value';
import type { CaseTopic } from './test-case';

const SERVICE_ID = 'some.ksql.service.id';
/** The shape of topics that a case does not describe. */
export const DEFAULT_TOPIC: TopicInfo = { partitions: 4, replicas: 1 };
const DEFAULT_CONFIG: Readonly<Record<string, string>> = {
  'ksql.service.id': SERVICE_ID,
  'ksql.streams.cache.max.bytes.buffering': '0',
};

/** A schema that a statement's columns gave. */
export interface Registration {
  readonly topic: string;
  readonly subject: string;
  readonly schema: SchemaText;
}

/** A persistent query, ready to run. */
export interface CompiledQuery {
  readonly topology: Topology;
  /** Whether its tables hold changes back until they are flushed. */
  readonly caching: boolean;
  /** What it creates; absent for INSERT INTO. */
  readonly sink?: DataSource;
}

/** Everything that one case's statements act on. */
export class CaseWorld {
  catalog: Catalog = emptyCatalog();
  readonly registry = new CaseRegistry();
  readonly serdes = createSerdes(this.registry);
  readonly topics = new Map<string, TopicInfo>();
  /** Formats of each topic that a source was declared over, dropped ones too; sinks win over declarations. */
  readonly topicFormats = new Map<string, { readonly topic: KsqlTopic; readonly source: DataSource }>();
  /** Topics of queries that neither the case nor a statement gives a number of partitions. */
  readonly unsizedTopics = new Set<string>();
  readonly compiled: CompiledQuery[] = [];
  readonly registrations: Registration[] = [];
  readonly log: string[] = [];
  readonly inserted: OutputRecord[] = [];
  /** Records that the case itself sent: no outputs. */
  readonly sent = new Set<TopicRecord>();
  readonly driver = new VirtualDriver(
    { error: ({ kind, message }) => void this.log.push(`${kind}: ${message}`) },
    () => Date.now(),
  );
  private readonly config: Record<string, string>;
  private readonly queries = new Map<string, RunningQuery>();
  private queryCount = 0;

  /**
   * `declared`: schemas that lie in the registry before those of the topics. `caching`: tables pass changes on as on a server with
   * its default cache, one a key between two flushes; without it each change at once.
   */
  constructor(
    properties: Readonly<Record<string, string>>,
    topics: readonly CaseTopic[],
    declared: readonly Registration[] = [],
    private readonly caching = false,
  ) {
    this.config = { ...DEFAULT_CONFIG, ...properties };
    for (const { subject, schema } of declared) this.registry.add(subject, schema);
    for (const topic of topics) this.createTopic(topic);
  }

  private createTopic(topic: CaseTopic): void {
    const { name, partitions, replicas } = topic;
    if (partitions !== undefined) this.topics.set(name, { partitions, replicas });
    this.registerSchema(
      `${topic.name}-key`,
      topic.keySchema,
      topic.keyFormat,
      topic.keySchemaId,
      topic.keySchemaReferences,
    );
    this.registerSchema(
      `${topic.name}-value`,
      topic.valueSchema,
      topic.valueFormat,
      topic.valueSchemaId,
      topic.valueSchemaReferences,
    );
  }

  private registerSchema(
    subject: string,
    schema: JsonValue | undefined,
    format: string | undefined,
    id?: number,
    references?: JsonValue,
  ): void {
    if (schema === undefined || schema === null) return;
    const type = schemaType(format, schema);
    const text =
      typeof schema === 'string' && (type === 'PROTOBUF' || schema.trim().startsWith('{'))
        ? schema
        : jsonText(schema);
    this.registry.add(subject, { type, text, references: referencesOf(references) }, id);
  }

  /** Runs statements in order. Throws KsqlError for the first that is refused. `properties` hold for these alone. */
  async execute(
    sql: string,
    variables: Readonly<Record<string, string>> = {},
    properties: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const options = { variables: new Map(Object.entries(variables)) };
    for (const { statement, text } of parseStatements(createSource(sql), options)) {
      if (statement.kind === 'SetProperty') this.config[statement.name] = statement.value;
      else if (statement.kind === 'UnsetProperty') delete this.config[statement.name];
      else if (isPlannable(statement)) await this.run(statement, text, properties);
    }
  }

  /**
   * A persistent query as it would run if it had been planned when the catalog was `catalog`; nothing changes here.
   * Throws KsqlError for what is refused.
   */
  compile(sql: string, properties: Readonly<Record<string, string>>, catalog: Catalog): CompiledQuery {
    const [parsed] = parseStatements(createSource(sql));
    if (parsed === undefined || !isPlannable(parsed.statement)) throw new Error('expected one statement');
    const plan = planStatement(parsed.statement, parsed.text, { ...this.planningContext(), catalog });
    if (plan.kind !== 'persistentQuery') throw new Error(`expected a persistent query, found ${plan.kind}`);
    return this.compiledQuery(plan, this.cachesWith(properties));
  }

  private cachesWith(properties: Readonly<Record<string, string>>): boolean {
    return this.caching && usesCache({ ...this.config, ...properties });
  }

  private async run(
    statement: PlannableStatement,
    text: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.provideTopic(statement);
    const plan = planStatement(statement, text, this.planningContext());
    await this.apply(plan, this.cachesWith(properties));
    if (plan.kind === 'persistentQuery' && plan.topic.create && !namesPartitions(statement))
      this.unsizedTopics.add(plan.topic.name);
    this.catalog = applyPlan(this.catalog, plan);
  }

  /** Cases declare sources over topics that they do not list. */
  private provideTopic(statement: Statement): void {
    if (statement.kind !== 'CreateSource' || statement.properties.has('PARTITIONS')) return;
    const name = statement.properties.get('KAFKA_TOPIC');
    if (name?.kind === 'StringLiteral' && !this.topics.has(name.value))
      this.topics.set(name.value, DEFAULT_TOPIC);
  }

  private planningContext(): PlanningContext {
    return {
      catalog: this.catalog,
      functions: this.functions(),
      config: this.config,
      topics: this.topics,
      schemas: this.registry.fetched,
      translator: createSchemaTranslator(),
      queries: this.queries,
      nextQueryNumber: this.queryCount,
      evaluation: { now: () => Date.now(), random: Math.random },
      transientId: '0',
    };
  }

  private async apply(plan: StatementPlan, caching: boolean): Promise<void> {
    switch (plan.kind) {
      case 'createSource':
      case 'persistentQuery':
        return this.applyCreation(plan, caching);
      case 'alterSource':
        return this.register(plan.schemas);
      case 'insertValues':
        return this.insert(plan);
      case 'dropSource':
        return plan.terminates.forEach((id) => this.terminate(id));
      case 'terminateQueries':
        return plan.queryIds.forEach((id) => this.terminate(id));
      case 'pauseQueries':
      case 'resumeQueries':
      case 'registerType':
      case 'dropType':
      case 'noChange':
        return;
    }
  }

  private functions(): FunctionRegistry {
    return configuredFunctions(this.config).with(SUITE_FUNCTIONS);
  }

  private terminate(queryId: string): void {
    this.driver.stop(queryId);
    this.queries.delete(queryId);
  }

  private async applyCreation(
    plan: StatementPlan & { kind: 'createSource' | 'persistentQuery' },
    caching: boolean,
  ): Promise<void> {
    if (plan.topic.create !== undefined) this.topics.set(plan.topic.name, plan.topic.create);
    await this.register(plan.schemas);
    const source = plan.kind === 'createSource' ? plan.source : plan.sink;
    if (source !== undefined) this.remember(source);
    if (plan.kind !== 'persistentQuery') return;
    const query = this.compiledQuery(plan, caching);
    if (plan.replaces) this.terminate(plan.query.queryId);
    await this.driver.start(query.topology, caching);
    this.compiled.push(query);
    this.queries.set(plan.query.queryId, { plan: plan.query });
    this.queryCount++;
  }

  private compiledQuery(plan: StatementPlan & { kind: 'persistentQuery' }, caching: boolean): CompiledQuery {
    const topology = buildTopology(plan.query, {
      serviceId: SERVICE_ID,
      serdes: this.serdes,
      functions: this.functions(),
      types: (name) => this.catalog.getType(name),
    });
    return { topology, caching, sink: plan.sink };
  }

  private remember(source: DataSource): void {
    const { topic } = source;
    if (source.isCasTarget || !this.topicFormats.has(topic.name))
      this.topicFormats.set(topic.name, { topic, source });
  }

  private async register(schemas: (StatementPlan & { kind: 'createSource' })['schemas']): Promise<void> {
    for (const registration of schemas) {
      const subject = `${registration.topic}-${registration.isKey ? 'key' : 'value'}`;
      const schema = schemaOf(registration);
      if (schema === undefined || this.registry.latestOf(subject) !== undefined) continue;
      await this.registry.register(subject, schema);
      this.registrations.push({ topic: registration.topic, subject, schema });
    }
  }

  private async insert(plan: InsertValuesPlan): Promise<void> {
    const { topic, schema } = plan.source;
    const keySpec = {
      topic: topic.name,
      format: topic.keyFormat,
      features: topic.keyFeatures,
      columns: schema.key,
      isKey: true,
    };
    const valueSpec = {
      topic: topic.name,
      format: topic.valueFormat,
      features: topic.valueFeatures,
      columns: schema.value,
      isKey: false,
    };
    await this.serdes.prepareWriter(keySpec);
    await this.serdes.prepareWriter(valueSpec);
    this.inserted.push({
      topic: topic.name,
      timestamp: plan.timestamp ?? Date.now(),
      key: this.serdes.serializer(keySpec).serialize(plan.key),
      value: this.serdes.serializer(valueSpec).serialize(plan.value),
    });
  }
}

function namesPartitions(statement: Statement): boolean {
  return statement.kind === 'CreateAsSelect' && statement.properties.has('PARTITIONS');
}

function referencesOf(references: JsonValue | undefined): SchemaText['references'] {
  if (!Array.isArray(references)) return undefined;
  return (references as JsonObject[]).map(({ name, schema }) => ({
    name: plain(name) as string,
    subject: plain(name) as string,
    version: 1,
    text: typeof schema === 'string' ? schema : jsonText(schema),
  }));
}

function schemaType(format: string | undefined, schema: JsonValue): 'AVRO' | 'JSON' | 'PROTOBUF' {
  const name = format?.toUpperCase();
  if (name === 'PROTOBUF' || (typeof schema === 'string' && schema.includes('message '))) return 'PROTOBUF';
  return name === 'JSON_SR' || name === 'JSON' ? 'JSON' : 'AVRO';
}
