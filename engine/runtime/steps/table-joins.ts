import type { ForeignKeyJoinStep, StreamTableJoinStep, TableTableJoinStep } from '../../planner/plan';
import { rowJoiner } from '../operators/joined-row';
import { streamTableJoin } from '../operators/stream-table-join';
import { storeChanges } from '../operators/table-source';
import { tableTableJoin } from '../operators/table-table-join';
import type { Pipe } from '../pipe';
import { KeyValueStore } from '../stores/key-value-store';
import type { StoreShape } from '../stores/state-store';
import type { SubTopologyBuild } from '../sub-topology-build';
import type { Next, TableView } from '../task-context';
import { A_STORE, NOTHING } from './assembly';
import type { Assembly } from './assembly';
import { copartition } from './copartition';
import { repartitionIfRekeyed } from './repartition';

const IGNORE: Next = { push: () => undefined };

/** The table is looked up; its changes emit nothing. */
export function buildStreamTableJoin(step: StreamTableJoinStep, assembly: Assembly): Pipe {
  const right = assembly.build(step.right, A_STORE);
  const left = repartitionIfRekeyed(
    assembly.build(step.left, NOTHING),
    `${step.context}-repartition`,
    step.formats,
    assembly,
  );
  const sub = copartition(left, right);
  const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
  return {
    ...left,
    sub,
    schema: step.schema,
    attach(context, next) {
      const table = viewOf(right.attach(context, IGNORE), step.context);
      left.attach(context, streamTableJoin(step.joinType === 'LEFT', join, table, next));
      return undefined;
    },
  };
}

/** On primary keys: both sides are stored, and so is the result. */
export function buildTableTableJoin(step: TableTableJoinStep, assembly: Assembly): Pipe {
  const left = assembly.build(step.left, A_STORE);
  const right = assembly.build(step.right, A_STORE);
  const sub = copartition(left, right);
  const join = rowJoiner(step.schema, left.schema.value, right.schema.value);
  const shape = resultStore(step, sub, assembly);
  return {
    sub,
    schema: step.schema,
    isTable: true,
    keyChanged: false,
    knowsOld: true,
    topics: [...left.topics, ...right.topics],
    attach(context, next) {
      const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
      const pass = storeChanges(context, store, next);
      const result: Next = { push: (key, _window, value, _old, timestamp) => pass(key!, value, timestamp) };
      const later = new DeferredNext();
      const laterRight = new DeferredNext();
      const views = {
        left: viewOf(left.attach(context, later), step.context),
        right: viewOf(right.attach(context, laterRight), step.context),
      };
      const sides = tableTableJoin(step.joinType, join, views, result);
      later.target = sides.left;
      laterRight.target = sides.right;
      return store;
    },
    stored: { store: shape.spec.name, map: (view) => view },
  };
}

/** Where the result of a join of tables lies. */
export function resultStore(
  step: TableTableJoinStep | ForeignKeyJoinStep,
  sub: SubTopologyBuild,
  assembly: Assembly,
): StoreShape {
  const spec = assembly.storeSpec(`${step.context}-Materialize`, step.schema.key, step.schema.value, {});
  return assembly.store(sub, spec, step.schema.value);
}

/** The view that a table must give to be looked up. */
export function viewOf(view: TableView | undefined, context: string): TableView {
  if (view === undefined)
    throw new Error(`invariant violated: ${context} needs a table that can be looked up`);
  return view;
}

/** Stands in for an operator that is made later. */
class DeferredNext implements Next {
  target: Next = IGNORE;
  push(...change: Parameters<Next['push']>): void {
    this.target.push(...change);
  }
}
