import type { Column } from '../../catalog/catalog';
import type { Serializer } from '../../formats/contracts';
import type { Formats } from '../../planner/plan';
import type { Row } from '../contracts';
import type { Assembly } from './assembly';

export type KeyOrder = (a: Row, b: Row) => number;

const NOTHING = Buffer.alloc(0);

/** The order in which Kafka Streams' stores keep keys: that of their serialized bytes. `topic` is the store's changelog. */
export function keyOrder(
  formats: Formats,
  columns: readonly Column[],
  topic: string,
  assembly: Assembly,
): KeyOrder {
  const spec = assembly.keyWriter(formats, columns, topic);
  let serializer: Serializer | undefined;
  return (a, b) => {
    serializer ??= assembly.deps.serdes.serializer(spec);
    return Buffer.compare(serializer.serialize(a) ?? NOTHING, serializer.serialize(b) ?? NOTHING);
  };
}
