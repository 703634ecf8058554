import type { OutputRecord } from '../../runtime/contracts';
import { hasCode, KafkaProtocolError } from '../kafka/protocol-error';
import type { Slot } from './query-slot';

interface Share {
  largestBytes: number;
  hasUnkeyed: boolean;
}

/** Which queries wrote into the topics of a batch, so that a refusal can be laid to whoever caused it. */
export class BatchAuthors {
  private readonly byTopic = new Map<string, Map<Slot, Share>>();

  note(slot: Slot, record: OutputRecord): void {
    let authors = this.byTopic.get(record.topic);
    if (!authors) this.byTopic.set(record.topic, (authors = new Map<Slot, Share>()));
    let share = authors.get(slot);
    if (!share) authors.set(slot, (share = { largestBytes: 0, hasUnkeyed: false }));
    const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    if (bytes > share.largestBytes) share.largestBytes = bytes;
    if (record.key === null) share.hasUnkeyed = true;
  }

  /** The queries whose records the broker will never take; empty when it is not that, or cannot be told. */
  toBlame(error: unknown, slots: Iterable<Slot>): readonly Slot[] {
    if (!(error instanceof KafkaProtocolError) || error.retriable) return [];
    const { topic, group } = error.place;
    if (group !== undefined) return [...slots].filter(({ spec }) => spec.group === group);
    const authors = [...(this.byTopic.get(topic ?? '') ?? [])];
    if (authors.length <= 1) return authors.map(([slot]) => slot);
    return this.amongSeveral(error, authors);
  }

  /** Queries that insert into one topic: for its size the writer of the largest record, for a missing key those that wrote one. */
  private amongSeveral(error: KafkaProtocolError, authors: readonly [Slot, Share][]): readonly Slot[] {
    if (hasCode(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE')) {
      const largest = Math.max(...authors.map(([, share]) => share.largestBytes));
      return authors.filter(([, share]) => share.largestBytes === largest).map(([slot]) => slot);
    }
    const unkeyed = authors.filter(([, share]) => share.hasUnkeyed);
    const culprits = hasCode(error, 'INVALID_RECORD') && unkeyed.length > 0 ? unkeyed : authors;
    return culprits.map(([slot]) => slot);
  }
}
