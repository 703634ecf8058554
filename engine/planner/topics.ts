import { fail } from '../analyzer/errors';
import type { PlanningContext, TopicInfo } from './context';
import type { TopicPlan } from './statement-plan';
import type { With } from './with-properties';

/** Retention of topics that queries make, when neither the statement nor the source topic says another: 7 days. */
export const DEFAULT_RETENTION_MS = 604_800_000;

/** The topic of a declaration: it exists, or is made with the partitions that are given. */
export function declaredTopic(
  name: string,
  wish: With,
  cleanupPolicy: string,
  example: string,
  context: PlanningContext,
): TopicPlan {
  const existing = context.topics.get(name);
  if (existing !== undefined) {
    requireSameShape(name, wish, existing);
    return { name };
  }
  if (wish.partitions === undefined) return failMissing(name, example);
  const replicas = wish.replicas ?? 1;
  return {
    name,
    create: { partitions: wish.partitions, replicas, retentionMs: wish.retentionMs, cleanupPolicy },
  };
}

function requireSameShape(name: string, wish: With, existing: TopicInfo): void {
  const partitions = wish.partitions ?? existing.partitions;
  const replicas = wish.replicas ?? existing.replicas;
  // Where nobody asked the broker, a retention that is written down is taken for the topic's own.
  const known = existing.retentionMs ?? wish.retentionMs ?? DEFAULT_RETENTION_MS;
  const retentionMs = wish.retentionMs ?? known;
  if (partitions === existing.partitions && replicas === existing.replicas && retentionMs === known) return;
  // As ksqlDB 7.4 and later say it: https://github.com/confluentinc/ksql/issues/10419
  const message =
    `A Kafka topic with the name '${name}' already exists, with different partition/replica/retention configuration than required. ` +
    `KSQL expects ${partitions} partitions (topic has ${existing.partitions}), ` +
    `${replicas} replication factor (topic has ${existing.replicas}), ` +
    `and ${retentionMs} retention (topic has ${known}).`;
  fail('topic', message);
}

function failMissing(name: string, example: string): never {
  const message =
    `Topic '${name}' does not exist. If you want to create a new topic for the stream/table ` +
    `please re-run the statement providing the required 'PARTITIONS' configuration in the WITH clause ` +
    `(and optionally 'REPLICAS'). For example: ${example}`;
  return fail('topic', message, undefined, 'Add PARTITIONS to WITH, or create the topic first.');
}

/** The topic that a query writes to: as given, else with the shape of the leftmost source's topic. */
export function sinkTopic(
  name: string,
  wish: With,
  sourceTopic: string,
  cleanupPolicy: string,
  context: PlanningContext,
): TopicPlan {
  const existing = context.topics.get(name);
  if (existing !== undefined) {
    requireSameShape(name, wish, existing);
    return { name };
  }
  const source = context.topics.get(sourceTopic);
  return {
    name,
    create: {
      partitions: wish.partitions ?? configured(context, 'ksql.sink.partitions') ?? source?.partitions ?? 1,
      replicas: wish.replicas ?? configured(context, 'ksql.sink.replicas') ?? source?.replicas ?? 1,
      retentionMs: wish.retentionMs ?? source?.retentionMs ?? DEFAULT_RETENTION_MS,
      cleanupPolicy,
    },
  };
}

function configured({ config }: PlanningContext, name: string): number | undefined {
  const value = config[name];
  return value === undefined ? undefined : Number(value);
}

/** `cleanup.policy` of a source's topic. */
export function cleanupPolicyOf(kind: 'STREAM' | 'TABLE', windowed: boolean): string {
  if (kind === 'STREAM') return 'delete';
  return windowed ? 'compact,delete' : 'compact';
}
