import { TYPE, textOf } from '../rule';
import type { Rule } from '../rule';

/** Their content cannot be made again. */
export const protectedData: Rule = {
  name: 'protected-data',
  description:
    'What holds data is protected and kept: the Kafka provider answers a partition count that went up by deleting the topic.',
  types: [TYPE.topic, TYPE.bucket, TYPE.subject],
  check: ({ options = {} }) => [
    ...(options.protect === false ? ['is not protected; set the option "protect"'] : []),
    ...(options.retainOnDelete === false
      ? ['goes with its declaration; set the option "retainOnDelete"']
      : []),
  ],
};

export const replacedQuotas: Rule = {
  name: 'replaced-quotas',
  description:
    'A quota goes before its successor comes: the other way round the provider deletes the new one and says nothing.',
  types: [TYPE.quota],
  check: ({ options = {} }) =>
    options.deleteBeforeReplace === false ? ['set the option "deleteBeforeReplace"'] : [],
};

export const leastRights: Rule = {
  name: 'least-rights',
  description: 'An access control entry names who and what, and allows no more than is needed.',
  types: [TYPE.acl],
  check: ({ inputs }) => {
    const problems: string[] = [];
    const resource = textOf(inputs.aclResourceName);
    if (textOf(inputs.aclPrincipal).replace(/^User:/, '') === '*')
      problems.push('is for everybody; name a user');
    if ((resource === '*' && !isLooking(inputs.aclOperation)) || resource === '')
      problems.push('is for everything; name it, or what its name begins with');
    if (inputs.aclOperation === 'All' && !isInternal(resource))
      problems.push(`allows everything on "${resource}"; name the operations`);
    return problems;
  },
};

/** Names, sizes and settings, no data: whoever compares everything needs them of everything. */
function isLooking(operation: unknown): boolean {
  return operation === 'Describe' || operation === 'DescribeConfigs';
}

/** A component's own topics and groups begin with an underscore, or are its processing log. */
function isInternal(name: string): boolean {
  return name.startsWith('_') || name.endsWith('ksql_processing_log');
}

export const serviceAccountPolicies: Rule = {
  name: 'service-account-policies',
  description: 'A service account says what it may do: without a policy it differs for ever.',
  types: [TYPE.serviceAccount],
  check: ({ inputs }) => (textOf(inputs.policy) === '' ? ['has no policy; write down what it may do'] : []),
};
