import type { StartQueryPlan, StatementPlan, TopicPlan } from '../../planner/statement-plan';
import type { NewTopic } from '../broker/broker';
import type { EngineDeps } from './engine-deps';

type TopicCreation = NonNullable<TopicPlan['create']>;

/**
 * Makes what a plan writes to: topics and schemas come before the statement is recorded, as what cannot be made must leave no trace.
 * `makeForQuery` makes a query's internal topics, and its sink with them.
 */
export async function prepareTopics(
  plan: StatementPlan,
  deps: EngineDeps,
  makeForQuery: (plan: StartQueryPlan, sink: NewTopic | undefined) => Promise<void>,
): Promise<void> {
  const both = await Promise.allSettled([prepareSink(plan, deps, makeForQuery), prepareSchemas(plan, deps)]);
  // Not before both have ended: what is taken back after a failure must not be made behind its back.
  const failed = both.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function prepareSink(
  plan: StatementPlan,
  { broker }: EngineDeps,
  makeForQuery: (plan: StartQueryPlan, sink: NewTopic | undefined) => Promise<void>,
): Promise<void> {
  if (plan.kind !== 'createSource' && plan.kind !== 'persistentQuery') return;
  const { name, create } = plan.topic;
  const sink = create && !(await broker.topic(name)) ? newTopic(name, create) : undefined;
  // A query that takes another's place keeps the topics that are there.
  if (plan.kind === 'persistentQuery' && !plan.replaces) await makeForQuery(plan, sink);
  else if (sink) await broker.createTopics([sink]);
}

function newTopic(
  name: string,
  { partitions, replicas, cleanupPolicy, retentionMs }: TopicCreation,
): NewTopic {
  const retention: Record<string, string> =
    retentionMs === undefined || cleanupPolicy === 'compact' ? {} : { 'retention.ms': String(retentionMs) };
  return { name, partitions, replicas, configs: { 'cleanup.policy': cleanupPolicy, ...retention } };
}

async function prepareSchemas(plan: StatementPlan, { registry, serdes }: EngineDeps): Promise<void> {
  if (plan.kind !== 'createSource' && plan.kind !== 'persistentQuery' && plan.kind !== 'alterSource') return;
  for (const side of plan.schemas) {
    // A declaration over a topic whose producers registered their schema leaves it alone.
    const isDeclared =
      plan.kind === 'createSource' &&
      (await registry.latest(`${side.topic}-${side.isKey ? 'key' : 'value'}`)) !== undefined;
    if (!isDeclared) await serdes.prepareWriter(side);
  }
}

/** Deletes a topic and the subjects of its records. */
export async function deleteTopic(topic: string, { broker, registry }: EngineDeps): Promise<void> {
  await broker.deleteTopics([topic]);
  for (const side of ['key', 'value']) await registry.deleteSubject(`${topic}-${side}`);
}
