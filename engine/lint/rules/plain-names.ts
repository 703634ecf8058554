import type { CreateAsSelect, CreateSource } from '../../ast/statements';
import { headSpan } from '../rule';
import type { LintRule } from '../rule';

const OBJECT = /^[A-Z][A-Z0-9_]*$/;
const TOPIC = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Streams, tables and topics have names that never need quotes, and that are written in one way everywhere. */
export const plainNames: LintRule = {
  code: 'KE5011',
  name: 'plain-names',
  severity: 'warning',
  why: 'A quoted or mixed-case name must be quoted by every reader, and a topic’s name is also its subjects’, its metrics’ and its ACLs’.',
  check: (linted) => {
    const { statement } = linted;
    if (statement.kind !== 'CreateAsSelect' && statement.kind !== 'CreateSource') return [];
    const found = [objectMistake(statement), topicMistake(statement)].filter((one) => one !== undefined);
    return found.map((one) => ({ span: headSpan(linted), ...one }));
  },
};

interface Mistake {
  readonly message: string;
  readonly hint: string;
}

function objectMistake({ sourceKind, name }: CreateAsSelect | CreateSource): Mistake | undefined {
  if (OBJECT.test(name)) return undefined;
  return {
    message: `the ${sourceKind.toLowerCase()}’s name "${name}" needs quotes wherever it is read`,
    hint: 'Use letters, digits and "_", without quotes.',
  };
}

function topicMistake({ properties }: CreateAsSelect | CreateSource): Mistake | undefined {
  const topic = properties.get('KAFKA_TOPIC');
  if (topic?.kind !== 'StringLiteral' || TOPIC.test(topic.value)) return undefined;
  return {
    message: `the topic’s name "${topic.value}" is not of lower-case words`,
    hint: 'Use lower-case words and digits with ".", "_" or "-" between them.',
  };
}
