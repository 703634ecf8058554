import type { Expression } from '../../ast/expressions';
import type { Statement, WithProperties } from '../../ast/statements';
import type { TopicInfo } from '../../planner/context';
import type { FetchedSchemas } from '../../planner/context';
import type { StatementPlan } from '../../planner/statement-plan';
import type { RegisteredSchema, SchemaRegistry } from '../../runtime/contracts';
import type { Broker } from '../broker/broker';

/** What planning knows of brokers and registry: read once a request, then changed by what earlier statements would do. */
export class World {
  private readonly topicMap = new Map<string, TopicInfo>();
  /** The statement whose schemas were fetched last. */
  private fetchedFor: Statement | undefined;
  private readonly latestSchemas = new Map<string, RegisteredSchema | undefined>();
  private readonly schemasById = new Map<number, RegisteredSchema | undefined>();

  private constructor(private readonly registry: SchemaRegistry) {}

  /** Reads the topics and, beside them, what planning `first` may ask of the registry. */
  static async read(broker: Broker, registry: SchemaRegistry, first?: Statement): Promise<World> {
    const world = World.empty(registry);
    // A registry that does not answer is an error of the statement, which asks again when it is planned.
    const schemas = first && world.fetchSchemas(first).catch(() => (world.fetchedFor = undefined));
    const [topics] = await Promise.all([broker.topics(), schemas]);
    for (const { name, partitions, replicas } of topics) world.topicMap.set(name, { partitions, replicas });
    return world;
  }

  /** A world without topics, for planning that asks for none. */
  static empty(registry: SchemaRegistry): World {
    return new World(registry);
  }

  get topics(): ReadonlyMap<string, TopicInfo> {
    return this.topicMap;
  }
  get schemas(): FetchedSchemas {
    return { latest: (subject) => this.latestSchemas.get(subject), byId: (id) => this.schemasById.get(id) };
  }

  /** Fetches the schemas that planning the statement may ask for. */
  async fetchSchemas(statement: Statement): Promise<void> {
    if (this.fetchedFor === statement) return;
    this.fetchedFor = statement;
    const inner = statement.kind === 'Explain' && statement.statement ? statement.statement : statement;
    if (inner.kind !== 'CreateSource' && inner.kind !== 'CreateAsSelect') return;
    const topic = textOf(inner.properties, 'KAFKA_TOPIC') ?? inner.name;
    const ids = ['KEY_SCHEMA_ID', 'VALUE_SCHEMA_ID']
      .map((name) => numberOf(inner.properties.get(name)))
      .filter((id) => id !== undefined);
    if (!this.mayUseRegistry(inner.properties)) return;
    await Promise.all([
      ...[`${topic}-key`, `${topic}-value`].map((subject) => this.fetchLatest(subject)),
      ...ids.map((id) => this.fetchById(id)),
    ]);
  }

  /** The registry is not asked when the statement names formats that have none. */
  private mayUseRegistry(properties: WithProperties): boolean {
    const named = ['FORMAT', 'KEY_FORMAT', 'VALUE_FORMAT']
      .map((name) => textOf(properties, name)?.toUpperCase())
      .filter((name) => name !== undefined);
    return named.length === 0 || named.some((name) => ['AVRO', 'JSON_SR', 'PROTOBUF'].includes(name));
  }

  private async fetchLatest(subject: string): Promise<void> {
    this.latestSchemas.set(subject, await this.registry.latest(subject));
  }
  private async fetchById(id: number): Promise<void> {
    this.schemasById.set(id, await this.registry.byId(id));
  }

  /** What the plan would make of the topics. */
  apply(plan: StatementPlan): void {
    if (plan.kind === 'createSource' || plan.kind === 'persistentQuery') {
      const { name, create } = plan.topic;
      if (create) this.topicMap.set(name, { partitions: create.partitions, replicas: create.replicas });
    }
    if (plan.kind === 'dropSource' && plan.deleteTopic) this.topicMap.delete(plan.source.topic.name);
  }
}

function textOf(properties: WithProperties, name: string): string | undefined {
  const value = properties.get(name);
  return value?.kind === 'StringLiteral' ? value.value : undefined;
}
function numberOf(value: Expression | undefined): number | undefined {
  return value?.kind === 'IntegerLiteral' ? value.value : undefined;
}
