import { TYPE, statementTexts, textOf, withProperties } from '../rule';
import type { Rule } from '../rule';

const FAMILIES = ['telemetry', 'bronze', 'silver', 'gold', 'alerts', 'dlq', 'control'];
/** `<family>.<object>.v<n>`, and the copy that a replay writes. */
const TOPIC = new RegExp(`^(${FAMILIES.join('|')})\\.[a-z0-9]+([_-][a-z0-9]+)*\\.v[1-9]\\d*(\\.replay)?$`);
const CONNECTOR = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const EXPECTED_TOPIC = `expected <${FAMILIES.join('|')}>.<object>.v<n> in lower case`;

export const topicNames: Rule = {
  name: 'topic-names',
  description: 'A topic says which family it belongs to, what it holds and in which version.',
  types: [TYPE.topic, TYPE.query],
  check: (resource) => topicNamesOf(resource.type, resource).filter(isWrong).map(wrongTopic),
};

function topicNamesOf(type: string, resource: Parameters<Rule['check']>[0]): string[] {
  if (type === TYPE.topic) return [textOf(resource.inputs.name)];
  return statementTexts(resource)
    .filter((text) => /\bAS\s+SELECT\b/i.test(text))
    .flatMap((text) => withProperties(text, 'KAFKA_TOPIC'));
}

function isWrong(topic: string): boolean {
  return !TOPIC.test(topic);
}

function wrongTopic(topic: string): string {
  return `topic "${topic}" is not named by the scheme; ${EXPECTED_TOPIC}`;
}

export const subjectNames: Rule = {
  name: 'subject-names',
  description: 'A subject is named after its topic: <topic>-value or <topic>-key.',
  types: [TYPE.subject],
  check: ({ inputs }) => {
    const subject = textOf(inputs.subject);
    const [, topic] = /^(.*)-(?:value|key)$/.exec(subject) ?? [];
    return topic !== undefined && TOPIC.test(topic)
      ? []
      : [`subject "${subject}" names no topic of the scheme; expected <topic>-value or <topic>-key`];
  },
};

export const connectorNames: Rule = {
  name: 'connector-names',
  description: 'A connector is named in lower case with dashes: its name is part of its consumer group.',
  types: [TYPE.connector],
  check: ({ inputs }) => {
    const connector = textOf(inputs.connector);
    return CONNECTOR.test(connector)
      ? []
      : [`connector "${connector}" is not named by the scheme; expected a-z, 0-9 and single dashes`];
  },
};
