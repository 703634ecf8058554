import { ConfigResourceTypes } from 'kafkajs';
import type { Admin } from 'kafkajs';

/** A topic to replay into, as it must be. */
export interface TargetWanted {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly maxMessageBytes: number;
  /** Ms since the epoch of the oldest record. */
  readonly oldest: number;
}

export interface Target {
  readonly name: string;
  readonly partitions: number;
  readonly isNew: boolean;
  readonly isEmpty: boolean;
}

/** Topics whose name ends so are made for replays: made when they are not there, and anyone may remove them. */
export const REPLAY_SUFFIX = '.replay';
const TIME_TYPE = 'message.timestamp.type';
const DAY_MS = 86_400_000;

/**
 * The topic as it is, or as it would be made.
 * @throws when it would not keep the records' own times, or would delete them at once
 */
export async function inspectTarget(admin: Admin, wanted: TargetWanted): Promise<Target> {
  const { name } = wanted;
  if (!(await admin.listTopics()).includes(name))
    return { name, partitions: wanted.partitions, isNew: true, isEmpty: true };
  const config = await topicConfig(admin, name);
  const problem = targetProblem(wanted, config);
  if (problem) throw new Error(problem);
  const offsets = await admin.fetchTopicOffsets(name);
  return {
    name,
    partitions: offsets.length,
    isNew: false,
    isEmpty: offsets.every(({ low, high }) => low === high),
  };
}

/** Keeps everything, however old: what is replayed is old. */
export async function createTarget(admin: Admin, wanted: TargetWanted): Promise<void> {
  const config = {
    [TIME_TYPE]: 'CreateTime',
    'retention.ms': '-1',
    'max.message.bytes': String(wanted.maxMessageBytes),
  };
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: wanted.name,
        numPartitions: wanted.partitions,
        replicationFactor: wanted.replicationFactor,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
}

/** Why records cannot be restored into a topic with these settings. */
export function targetProblem(
  { name, oldest }: Pick<TargetWanted, 'name' | 'oldest'>,
  config: ReadonlyMap<string, string>,
  now = Date.now(),
): string | undefined {
  const timeType = config.get(TIME_TYPE);
  if (timeType !== 'CreateTime')
    return `topic "${name}" has ${TIME_TYPE}=${timeType}: the broker would stamp each record with the time of the replay. Set it to CreateTime, or name a topic that ends in "${REPLAY_SUFFIX}": it is made as it must be`;
  const retention = Number(config.get('retention.ms'));
  if (retention >= 0 && now - oldest > retention)
    return `topic "${name}" has retention.ms=${retention}: records of ${new Date(oldest).toISOString()} would be deleted at once. Set it to at least ${Math.ceil((now - oldest + DAY_MS) / DAY_MS)} days, or to -1`;
  return undefined;
}

async function topicConfig(admin: Admin, name: string): Promise<Map<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name }],
  });
  return new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
}
