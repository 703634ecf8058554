/**
 * Kafka Streams numbers the nodes of a topology in the order in which they are made, and stores of stream-stream joins carry that number
 * in their names. This counts the nodes that ksqlDB's steps make, so that our changelog topics have the same names.
 */
export class NodeCounter {
  private next = 0;

  /** Counts nodes that need no name. */
  skip(count: number): void {
    this.next += count;
  }

  /** The next node's name, e.g. `KSTREAM-JOINTHIS-0000000012`. */
  name(prefix: string): string {
    return `${prefix}-${String(this.next++).padStart(10, '0')}`;
  }
}
