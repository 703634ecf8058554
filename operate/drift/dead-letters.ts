import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import type { DeclaredObjects } from '../declared';
import { topicSizes } from '../topic-sizes';
import { derivedTopics } from '../derived-topics';
import type { Finding } from './finding';

const DLQ_SETTING = 'errors.deadletterqueue.topic.name';
/** A topic of ksqlDB that is named so takes what its queries set aside. */
const DLQ_NAME = /(^|[._-])(dlq|dead[._-]?letters?)([._-]|$)/i;

/** Topics to which connectors and queries put what they could not use. */
export function deadLetterTopics(declared: DeclaredObjects): string[] {
  const connectors = declared.connector.flatMap(({ config }) => config[DLQ_SETTING] ?? []);
  const queries = derivedTopics(declared.query)
    .map(({ name }) => name)
    .filter((name) => DLQ_NAME.test(name));
  return [...new Set([...connectors, ...queries])].sort();
}

/** Dead-letter topics that hold something. */
export async function deadLetters(kafka: KafkaAdmin, declared: DeclaredObjects): Promise<Finding[]> {
  const sizes = await topicSizes(kafka, deadLetterTopics(declared));
  return [...sizes]
    .filter(([, { records }]) => records > 0)
    .map(([name, { records }]) => ({
      class: 'dead-letters',
      kind: 'topic',
      name,
      text: `holds ${records} dead ${records === 1 ? 'letter' : 'letters'} at most; their headers or columns say why`,
    }));
}
