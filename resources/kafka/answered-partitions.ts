import { Partitioners } from 'kafkajs';
import type { ICustomPartitioner, RecordMetadata } from 'kafkajs';

/**
 * Finds out what a `send` has left out. kafkajs 2.2.4 takes a broker that has answered as done with: when a partition moves to it while
 * another broker is asked again, that partition's records are never sent, and `send` resolves all the same, without an answer for it.
 */
export class AnsweredPartitions {
  private readonly asked = new Set<string>();
  private readonly place = Partitioners.DefaultPartitioner();

  /** To be given to the producer. A record without a key has its place by its value: another attempt must not move it. */
  readonly createPartitioner: ICustomPartitioner = () => (args) => {
    const { key, value } = args.message;
    const partition = this.place({ ...args, message: { ...args.message, key: key ?? value } });
    this.asked.add(placeOf(args.topic, partition));
    return partition;
  };

  /**
   * Compares the answers with all that was asked for since the last call.
   * @throws when a partition did not answer: its records are not there
   */
  check(answers: readonly Pick<RecordMetadata, 'topicName' | 'partition'>[]): void {
    const answered = new Set(answers.map(({ topicName, partition }) => placeOf(topicName, partition)));
    const silent = [...this.asked].filter((place) => !answered.has(place));
    this.asked.clear();
    if (silent.length > 0) throw new Error(`not acknowledged, as a leader moved: ${silent.join(', ')}`);
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
