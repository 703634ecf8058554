import type { Change } from '../change';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import { compareTopic } from './compare';
import { parseTopic } from './topic';
import type { LiveTopic, Topic } from './topic';
import type { TopicClient } from './topic-client';

export function topicKind(client: TopicClient): ResourceKind<Topic, LiveTopic> {
  return {
    name: 'topic',
    types: ['kafka:index/topic:Topic'],
    parse: (resources) => resources.map(parseTopic),
    key: ({ name }) => name,
    read: (desired) => client.read(desired.map(({ name }) => name)),
    compare: compareTopic,
    apply: (changes) => apply(client, changes),
    describe: (change) => sentence('topic', change.desired.name, change),
  };
}

async function apply(client: TopicClient, changes: readonly Change<Topic>[]): Promise<void> {
  const created = changes.flatMap((change) => (change.action === 'create' ? [change.desired] : []));
  if (created.length > 0) await client.create(created);
  for (const change of changes) {
    if (change.action === 'update') await update(client, change.desired, change.properties);
    else if (change.action !== 'create')
      throw new ApplyError('topic', change.desired.name, 'a topic is never replaced');
  }
}

async function update(
  client: TopicClient,
  topic: Topic,
  properties: readonly { readonly path: string }[],
): Promise<void> {
  if (properties.some(({ path }) => path === 'partitions'))
    await client.addPartitions(topic.name, topic.partitions);
  const configs = properties.filter(({ path }) => path.startsWith('config.'));
  if (configs.length > 0) await client.setConfig(topic.name, configs);
}

export type { LiveTopic, Topic } from './topic';
export { compareTopic } from './compare';
