import { poll } from '../retry';
import type { KafkaAdmin, KafkaSession } from '../kafka/kafka-admin';
import { kafkaErrorNames } from '../kafka/kafka-error';
import type { PropertyChange } from '../change';
import type { LiveTopic, Topic } from './topic';

/** Where Kafka says that a setting comes from: the topic itself. */
const DYNAMIC_TOPIC_CONFIG = 1;
const TOPIC_AUTHORIZATION_FAILED = 29;
/** A new topic is known to every broker only a moment later. */
const VISIBLE = { everyMs: 50, timeoutMs: 15_000 };

/** Reads and changes topics. */
export class TopicClient {
  constructor(private readonly kafka: KafkaAdmin) {}

  /** The topics among `names` that exist. */
  async read(names: readonly string[]): Promise<ReadonlyMap<string, LiveTopic>> {
    return this.kafka.run('reading topics', async (session) => {
      const existing = await this.shapes(session, names);
      const configs = await this.configs(session, [...existing.keys()]);
      return new Map(
        [...existing].map(([name, shape]) => [name, { ...shape, config: configs.get(name) ?? {} }]),
      );
    });
  }

  /**
   * Those of `names` that this user may not see, or not the settings of. A list of topics leaves them out without a word;
   * asked for their settings, brokers tell what is not there from what may not be seen.
   */
  async hidden(names: readonly string[]): Promise<ReadonlySet<string>> {
    if (names.length === 0) return new Set();
    return this.kafka.run('reading topics', async (session) => {
      const listed = new Set(await session.admin.listTopics({ includeInternals: true }));
      const answers = await this.describe(session, names).catch(answersBesides);
      const hidden = answers.filter(
        ({ errorCode, resourceName }) =>
          errorCode === TOPIC_AUTHORIZATION_FAILED || (errorCode === 0 && !listed.has(resourceName)),
      );
      return new Set(hidden.map(({ resourceName }) => resourceName));
    });
  }

  /** Makes topics in one request and waits until all are visible. */
  async create(topics: readonly Topic[]): Promise<void> {
    const requests = topics.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    }));
    await this.kafka.run(
      `creating ${topics.map(({ name }) => name).join(', ')}`,
      async ({ kafka, connection, timeoutMs }) => {
        try {
          await kafka.createTopicsV7.api.async(connection, requests, timeoutMs, false);
        } catch (error) {
          // A retry after a lost answer, or ksqlDB in the same moment: whether it is as declared is read anew.
          if (!kafkaErrorNames(error).every((name) => name === 'TOPIC_ALREADY_EXISTS')) throw error;
        }
      },
    );
    await this.waitFor(
      topics.map(({ name }) => name),
      () => true,
    );
  }

  /** One topic at a time, read back: the client loses all but one of several that go together, and says nothing. */
  async addPartitions(name: string, count: number): Promise<void> {
    await this.kafka.run(`adding partitions to ${name}`, async ({ kafka, connection, timeoutMs }) => {
      await kafka.createPartitionsV3.api.async(
        connection,
        [{ name, count, assignments: null }],
        timeoutMs,
        false,
      );
    });
    await this.waitFor([name], ({ partitions }) => partitions >= count);
  }

  async setConfig(name: string, changes: readonly PropertyChange[]): Promise<void> {
    await this.kafka.run(`changing ${name}`, async ({ kafka, connection }) => {
      const { SET } = kafka.IncrementalAlterConfigOperationTypes;
      const configs = changes.map(({ path, after }) => ({
        name: path.slice('config.'.length),
        configOperation: SET,
        value: typeof after === 'string' ? after : JSON.stringify(after),
      }));
      const resourceType = kafka.ConfigResourceTypes.TOPIC;
      await kafka.incrementalAlterConfigsV1.api.async(
        connection,
        [{ resourceType, resourceName: name, configs }],
        false,
      );
    });
  }

  private async waitFor(
    names: readonly string[],
    isDone: (topic: { partitions: number }) => boolean,
  ): Promise<void> {
    const seen = await poll(async () => {
      const shapes = await this.kafka.run('reading topics', (session) => this.shapes(session, names));
      return names.every((name) => shapes.has(name) && isDone(shapes.get(name)!)) ? true : undefined;
    }, VISIBLE);
    if (!seen)
      throw new Error(
        `the cluster does not show ${names.join(', ')} as changed after ${VISIBLE.timeoutMs} ms`,
      );
  }

  private async shapes(
    { admin }: KafkaSession,
    names: readonly string[],
  ): Promise<Map<string, Omit<LiveTopic, 'config'>>> {
    const existing = new Set(await admin.listTopics({ includeInternals: true }));
    const topics = names.filter((name) => existing.has(name));
    if (topics.length === 0) return new Map();
    const metadata = await admin.metadata({ topics, forceUpdate: true });
    return new Map(
      [...metadata.topics].map(([name, { partitions, partitionsCount }]) => [
        name,
        { partitions: partitionsCount, replicationFactor: partitions[0]?.replicas.length ?? 0 },
      ]),
    );
  }

  /** The settings of topics that are their own and not the broker's. */
  async ownSettings(names: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = await this.kafka.run('reading topics', (session) => this.describe(session, names));
    return new Map(
      found.map(({ resourceName, configs }) => {
        const own = configs.filter(({ configSource }) => configSource === DYNAMIC_TOPIC_CONFIG);
        return [resourceName, new Set(own.map(({ name }) => name))];
      }),
    );
  }

  private async configs(
    session: KafkaSession,
    names: readonly string[],
  ): Promise<Map<string, Record<string, string>>> {
    const found = await this.describe(session, names);
    return new Map(
      found.map(({ resourceName, configs }) => [
        resourceName,
        Object.fromEntries(configs.map(({ name, value }) => [name, value ?? ''])),
      ]),
    );
  }

  private async describe({ kafka, connection }: KafkaSession, names: readonly string[]) {
    if (names.length === 0) return [];
    const resourceType = kafka.ConfigResourceTypes.TOPIC;
    const resources = names.map((resourceName) => ({ resourceType, resourceName, configurationKeys: null }));
    const { results } = await kafka.describeConfigsV4.api.async(connection, resources, false, false);
    return results;
  }
}

interface SettingsAnswer {
  readonly errorCode: number;
  readonly resourceName: string;
}

/** One topic that is not there, or not to be seen, makes the whole answer an error; the others are in it all the same. */
function answersBesides(error: unknown): readonly SettingsAnswer[] {
  const { response } = error as { response?: { readonly results: readonly SettingsAnswer[] } };
  const passing = ['TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION'];
  if (response && kafkaErrorNames(error).every((name) => passing.includes(name))) return response.results;
  throw error;
}
