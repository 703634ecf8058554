import { DEAD_LETTER_TOPIC } from '../../stacks/names';
import type { ConnectorDefinition } from '../../stacks/connector-definition';

/** A topic of dead letters and who writes it. */
export interface DeadLetterTopic {
  readonly name: string;
  /** `ksqldb` writes JSON rows with reason and payload; a connector writes the record as it came, its reason in headers. */
  readonly writer: 'ksqldb' | 'connector';
}

/** Every topic of dead letters that an environment declares. */
export function deadLetterTopics(connectors: readonly ConnectorDefinition[]): DeadLetterTopic[] {
  const names = new Set(connectors.map(({ deadLetterTopic }) => deadLetterTopic));
  return [
    { name: DEAD_LETTER_TOPIC, writer: 'ksqldb' },
    ...[...names].sort().map((name) => ({ name, writer: 'connector' as const })),
  ];
}
