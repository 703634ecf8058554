import type { StatementPlan } from '../../planner/statement-plan';
import type { EngineDeps } from './engine-deps';

/** Makes what a plan writes to. Topics and schemas come first: when they cannot be made, nothing is recorded. */
export async function prepareTopics(
  plan: StatementPlan,
  { broker, registry, serdes }: EngineDeps,
): Promise<void> {
  if (plan.kind === 'createSource' || plan.kind === 'persistentQuery') {
    const { name, create } = plan.topic;
    if (create && !(await broker.topic(name))) {
      const retention: Record<string, string> =
        create.retentionMs === undefined || create.cleanupPolicy === 'compact'
          ? {}
          : { 'retention.ms': String(create.retentionMs) };
      await broker.createTopics([
        {
          name,
          partitions: create.partitions,
          replicas: create.replicas,
          configs: { 'cleanup.policy': create.cleanupPolicy, ...retention },
        },
      ]);
    }
  }
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
