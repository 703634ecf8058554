import type { Declaration } from '../../stacks/declaration';
import { deadLetterTopic } from '../../stacks/names';

/** A topic of dead letters and who writes it. */
export interface DeadLetterTopic {
  readonly name: string;
  /** `ksqldb` writes JSON rows with reason and payload; a connector writes the record as it came, its reason in headers. */
  readonly writer: 'ksqldb' | 'connector';
}

/** Every topic of dead letters that an environment declares; of two versions of one the running one, as both hold the same letters. */
export function deadLetterTopics({
  connectors,
  versions,
}: Pick<Declaration, 'connectors' | 'versions'>): DeadLetterTopic[] {
  const names = new Set(connectors.map((connector) => connector.deadLetterTopic));
  return [
    { name: deadLetterTopic(versions), writer: 'ksqldb' },
    ...[...names].sort().map((name) => ({ name, writer: 'connector' as const })),
  ];
}
