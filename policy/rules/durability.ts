import { TYPE, statementTexts, textMap, withProperties } from '../rule';
import type { PolicySettings, Rule, RuledResource } from '../rule';

export const replication: Rule = {
  name: 'replication-factor',
  description: 'Every topic has enough copies to lose a broker.',
  types: [TYPE.topic, TYPE.query],
  check: (resource, { minReplicationFactor }) =>
    copiesOf(resource)
      .filter((copies) => copies < minReplicationFactor)
      .map((copies) => `has ${copies} copies of each partition; expected ${minReplicationFactor} or more`),
};

/** A statement that names no REPLICAS takes those of its source, which has its own rule. */
function copiesOf(resource: RuledResource): number[] {
  if (resource.type === TYPE.topic) return [Number(resource.inputs.replicationFactor ?? 0)];
  return statementTexts(resource).flatMap((text) => withProperties(text, 'REPLICAS').map(Number));
}

export const minInsyncReplicas: Rule = {
  name: 'min-insync-replicas',
  description: 'A write is confirmed by enough copies, and by fewer than there are.',
  types: [TYPE.topic],
  check: ({ inputs }, settings) => insyncProblems(inputs, settings),
};

function insyncProblems(
  { config, replicationFactor }: RuledResource['inputs'],
  { minInsyncReplicas: least }: PolicySettings,
): string[] {
  const text = textMap(config)['min.insync.replicas'];
  if (text === undefined) return ['says no min.insync.replicas; the default of the broker may be 1'];
  const copies = Number(replicationFactor);
  const inSync = Number(text);
  if (inSync < least) return [`min.insync.replicas is ${inSync}; expected ${least} or more`];
  if (copies > 1 && inSync >= copies)
    return [
      `min.insync.replicas is ${inSync} of ${copies} copies: the loss of one broker would stop all writes`,
    ];
  return [];
}

export const topicRetention: Rule = {
  name: 'topic-retention',
  description: 'A topic is compacted, or keeps its records for a time that is written down and ends.',
  types: [TYPE.topic, TYPE.query],
  check: (resource, settings) =>
    retentionsOf(resource).flatMap((text) => retentionProblems(text, settings.maxRetentionMs)),
};

/** Undefined: none is written down. */
function retentionsOf(resource: RuledResource): (string | undefined)[] {
  if (resource.type === TYPE.query)
    return statementTexts(resource).flatMap((text) => withProperties(text, 'RETENTION_MS'));
  const config = textMap(resource.inputs.config);
  return config['cleanup.policy'] === 'compact' ? [] : [config['retention.ms']];
}

function retentionProblems(text: string | undefined, longest: number): string[] {
  if (text === undefined) return ['says no retention.ms; write down how long its records are kept'];
  const retention = Number(text);
  if (!(retention > 0)) return [`keeps its records for ever (retention ${text}); expected a time that ends`];
  return retention > longest ? [`keeps its records for ${text} ms; expected ${longest} ms or less`] : [];
}
