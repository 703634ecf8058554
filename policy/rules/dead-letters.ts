import { TYPE, textMap, textOf } from '../rule';
import type { Rule, RuledResource, StackRule } from '../rule';

const DLQ = 'errors.deadletterqueue.topic.name';

export const deadLetters: Rule = {
  name: 'dead-letters',
  description:
    'A sink puts what it cannot take into a dead-letter topic, with the reason, and logs no content.',
  types: [TYPE.connector],
  check: ({ inputs }) => {
    const config = textMap(inputs.config);
    if (!isSink(config)) return [];
    const problems: string[] = [];
    if (!config[DLQ]) problems.push(`has no dead-letter topic; set "${DLQ}"`);
    if (config['errors.deadletterqueue.context.headers.enable'] !== 'true')
      problems.push(
        'gives no reason with its dead letters; set "errors.deadletterqueue.context.headers.enable" to "true"',
      );
    if (config['errors.log.include.messages'] === 'true')
      problems.push(
        'logs the content of messages, which may hold IP addresses; set "errors.log.include.messages" to "false"',
      );
    return problems;
  },
};

/** What reads topics is a sink: only sinks have dead letters. */
function isSink(config: Readonly<Record<string, string>>): boolean {
  return config.topics !== undefined || config['topics.regex'] !== undefined;
}

export const deadLetterTopics: StackRule = {
  name: 'dead-letter-topics',
  description: 'A dead-letter topic that a connector names is declared.',
  types: [TYPE.topic, TYPE.connector],
  check: (resources) => {
    const topics = new Set(ofType(resources, TYPE.topic).map(({ inputs }) => textOf(inputs.name)));
    return ofType(resources, TYPE.connector).flatMap((resource) => {
      const topic = textMap(resource.inputs.config)[DLQ];
      return topic === undefined || topics.has(topic)
        ? []
        : [{ resource, problem: `its dead-letter topic "${topic}" is not declared` }];
    });
  },
};

function ofType(resources: readonly RuledResource[], type: string): RuledResource[] {
  return resources.filter((resource) => resource.type === type);
}
