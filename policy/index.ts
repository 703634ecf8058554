import type { PolicySettings, Rule, RuledResource, StackRule, Violation } from './rule';
import { deadLetterTopics, deadLetters } from './rules/dead-letters';
import { minInsyncReplicas, replication, topicRetention } from './rules/durability';
import { connectorNames, subjectNames, topicNames } from './rules/naming';
import { leastRights, protectedData, replacedQuotas, serviceAccountPolicies } from './rules/safety';
import { connectWorkers, rawTopicsSunk, separateClusters, tolerantSinks } from './rules/sinks';
import { connectorSecrets, kubernetesSecrets } from './rules/secrets';

/** Every rule about single resources. */
export const RULES: readonly Rule[] = [
  topicNames,
  subjectNames,
  connectorNames,
  replication,
  minInsyncReplicas,
  topicRetention,
  deadLetters,
  connectorSecrets,
  kubernetesSecrets,
  protectedData,
  replacedQuotas,
  leastRights,
  serviceAccountPolicies,
  connectWorkers,
];

/** Every rule about all resources together. */
export const STACK_RULES: readonly StackRule[] = [
  deadLetterTopics,
  tolerantSinks,
  rawTopicsSunk,
  separateClusters,
];

/** Everything in `resources` that breaks a rule, in the order of the rules. */
export function violations(resources: readonly RuledResource[], settings: PolicySettings): Violation[] {
  const single = RULES.flatMap((rule) =>
    resources
      .filter(({ type }) => rule.types.includes(type))
      .flatMap((resource) => rule.check(resource, settings).map((it) => violation(rule.name, resource, it))),
  );
  const together = STACK_RULES.flatMap((rule) =>
    rule.check(resources, settings).map(({ resource, problem }) => violation(rule.name, resource, problem)),
  );
  return [...single, ...together];
}

function violation(rule: string, { type, name }: RuledResource, problem: string): Violation {
  return { rule, type, name, problem };
}

/** E.g. `kafka:index/topic:Topic "a": has 1 copies …; expected 3 or more (replication-factor)`. */
export function violationSentence({ rule, type, name, problem }: Violation): string {
  return `${type} "${name}": ${problem} (${rule})`;
}

export { policySettings } from './settings';
export type { PolicySettings, Rule, RuledResource, StackRule, Violation } from './rule';
