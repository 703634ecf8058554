import type { Column } from '../../catalog/catalog';
import type { Formats, StreamStreamJoinStep } from '../../planner/plan';
import type { Row } from '../contracts';
import { rowJoiner } from '../operators/joined-row';
import { streamStreamJoin } from '../operators/stream-stream-join';
import type { Pipe } from '../pipe';
import type { StoreShape } from '../stores/state-store';
import { StreamBuffer } from '../stores/stream-buffer';
import { UnmatchedStore } from '../stores/unmatched-store';
import type { SubTopologyBuild } from '../sub-topology-build';
import type { StoreSpec } from '../topology';
import { storedKeyColumns } from '../windowed-key';
import { NOTHING } from './assembly';
import type { Assembly } from './assembly';
import { copartition } from './copartition';
import { keyOrder } from './key-order';
import type { KeyOrder } from './key-order';
import { repartitionIfRekeyed } from './repartition';
import { DAY_MS, DEFAULT_JOIN_GRACE_MS } from './retention';

/** Rows of both streams wait for each other in a buffer of each side. */
export function buildStreamStreamJoin(step: StreamStreamJoinStep, assembly: Assembly): Pipe {
  const { context: name, leftFormats, rightFormats } = step;
  const side = (of: 'left' | 'right', formats: Formats): Pipe =>
    repartitionIfRekeyed(assembly.build(step[of], NOTHING), `${name}-${of}-repartition`, formats, assembly);
  const left = side('left', leftFormats);
  const right = side('right', rightFormats);
  const sub = copartition(left, right);
  const shapes = joinStores(step, { left, right, sub }, assembly);
  const { unmatched: unmatchedShape } = shapes;
  const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
  return {
    sub,
    schema: step.schema,
    isTable: false,
    keyChanged: false,
    knowsOld: false,
    topics: [...left.topics, ...right.topics],
    window: left.window,
    attach(context, next) {
      const parts = {
        step,
        join,
        left: context.addStore(new StreamBuffer(shapes.left, context.writeChangelog)),
        right: context.addStore(new StreamBuffer(shapes.right, context.writeChangelog)),
        unmatched:
          unmatchedShape &&
          context.addStore(new UnmatchedStore(unmatchedShape, context.writeChangelog, unmatchedShape.order)),
      };
      const sides = streamStreamJoin(parts, next);
      left.attach(context, sides.left);
      right.attach(context, sides.right);
      return undefined;
    },
  };
}

interface Inputs {
  readonly left: Pipe;
  readonly right: Pipe;
  readonly sub: SubTopologyBuild;
}

interface JoinStores {
  readonly left: StoreShape;
  readonly right: StoreShape;
  readonly unmatched?: StoreShape & { readonly rightColumns: readonly Column[]; readonly order: KeyOrder };
}

/** The stores are named after the nodes of Kafka Streams that own them. */
function joinStores(
  step: StreamStreamJoinStep,
  { left, right, sub }: Inputs,
  assembly: Assembly,
): JoinStores {
  const padsRight = step.joinType === 'RIGHT' || step.joinType === 'OUTER';
  const padsLeft = step.joinType === 'LEFT' || step.joinType === 'OUTER';
  assembly.nodes.skip(2);
  const thisName = assembly.nodes.name(padsRight ? 'KSTREAM-OUTERTHIS' : 'KSTREAM-JOINTHIS');
  const otherName = assembly.nodes.name(padsLeft ? 'KSTREAM-OUTEROTHER' : 'KSTREAM-JOINOTHER');
  assembly.nodes.skip(1);
  const retentionMs = step.beforeMs + step.afterMs + (step.graceMs ?? DEFAULT_JOIN_GRACE_MS);
  const key = storedKeyColumns(left.schema.key, left.window !== undefined);
  const spec = (name: string, columns: readonly Column[], formats: Formats): StoreSpec =>
    assembly.storeSpec(`${name}-store`, key, columns, {
      formats,
      cleanupPolicy: 'delete',
      retentionMs,
      changelogRetentionMs: retentionMs + DAY_MS,
    });
  const [ofLeft, ofRight] = [left.schema.value, right.schema.value];
  const shared = {
    ...spec(thisName.replace(/^(KSTREAM-)\w+/, '$1OUTERSHARED'), ofLeft, step.leftFormats),
    cleanupPolicy: 'compact' as const,
  };
  const waitingShape = (): JoinStores['unmatched'] => ({
    ...assembly.store(sub, shared, ofLeft),
    rightColumns: ofRight,
    order: windowedOrder(
      left.schema.key.length,
      keyOrder(step.leftFormats, left.schema.key, shared.changelogTopic, assembly),
    ),
  });
  const waits = step.graceMs !== undefined && (padsLeft || padsRight);
  return {
    left: assembly.store(sub, spec(thisName, ofLeft, step.leftFormats), ofLeft),
    right: assembly.store(sub, spec(otherName, ofRight, step.rightFormats), ofRight),
    unmatched: waits ? waitingShape() : undefined,
  };
}

/** By the key's own columns, then by the bounds of its window, where it has one. */
function windowedOrder(columns: number, order: KeyOrder): KeyOrder {
  return (a, b) => {
    const bounds = (key: Row): readonly number[] => key.slice(columns) as readonly number[];
    const byKey = order(a.slice(0, columns), b.slice(0, columns));
    return bounds(a).reduce((found, bound, i) => (found !== 0 ? found : bound - bounds(b)[i]!), byKey);
  };
}
