import type { Api, KafkaConnection } from './connection';
import { check } from './protocol-error';
import { Encoder } from './wire';

const CREATE_TOPICS: Api = { key: 19, version: 4, name: 'CreateTopics' };
const DELETE_TOPICS: Api = { key: 20, version: 3, name: 'DeleteTopics' };
const DESCRIBE_CONFIGS: Api = { key: 32, version: 2, name: 'DescribeConfigs' };
const ADMIN_TIMEOUT_MS = 30_000;
const TOPIC_RESOURCE = 2;

export interface NewTopic {
  readonly name: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicas: number;
  readonly configs: Readonly<Record<string, string>>;
}

export async function requestCreateTopics(
  connection: KafkaConnection,
  topics: readonly NewTopic[],
): Promise<void> {
  const body = new Encoder();
  body.array(topics, (topic) => {
    body.string(topic.name).int32(topic.partitions).int16(topic.replicas).int32(0);
    body.array(Object.entries(topic.configs), ([name, value]) => body.string(name).string(value));
  });
  body.int32(ADMIN_TIMEOUT_MS).boolean(false);
  const answer = await connection.request(CREATE_TOPICS, body.finish(), ADMIN_TIMEOUT_MS);
  answer.int32();
  answer.array(() => {
    const name = answer.string();
    check(answer.int16(), `create topic "${name}"`, answer.nullableString());
  });
}

export async function requestDeleteTopics(
  connection: KafkaConnection,
  names: readonly string[],
): Promise<void> {
  const body = new Encoder();
  body.array(names, (name) => body.string(name)).int32(ADMIN_TIMEOUT_MS);
  const answer = await connection.request(DELETE_TOPICS, body.finish(), ADMIN_TIMEOUT_MS);
  answer.int32();
  answer.array(() => {
    const name = answer.string();
    check(answer.int16(), `delete topic "${name}"`);
  });
}

/** The configuration in force of each topic, by topic name. */
export async function requestTopicConfigs(
  connection: KafkaConnection,
  names: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const body = new Encoder();
  body
    .array(names, (name) =>
      body
        .int8(TOPIC_RESOURCE)
        .string(name)
        .array(null, () => undefined),
    )
    .boolean(false);
  const answer = await connection.request(DESCRIBE_CONFIGS, body.finish());
  answer.int32();
  const topics = answer.array((): [string, Map<string, string>] => {
    const code = answer.int16();
    const message = answer.nullableString();
    answer.int8();
    const name = answer.string();
    check(code, `read the configuration of topic "${name}"`, message);
    const configs = answer.array((): [string, string] => {
      const entry: [string, string] = [answer.string(), answer.string()];
      answer.boolean();
      answer.int8();
      answer.boolean();
      answer.array(() => [answer.string(), answer.nullableString(), answer.int8()]);
      return entry;
    });
    return [name, new Map(configs)];
  });
  return new Map(topics);
}
