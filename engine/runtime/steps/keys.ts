import type { GroupByStep, SelectKeyStep } from '../../planner/plan';
import { keyIdentity } from '../key-identity';
import { streamGroupBy, streamGroupByKey, tableGroupBy } from '../operators/group-by';
import { selectKey } from '../operators/select-key';
import { storeChanges } from '../operators/table-source';
import type { Pipe } from '../pipe';
import { KeyValueStore } from '../stores/key-value-store';
import type { Next } from '../task-context';
import { A_STORE, NOTHING } from './assembly';
import type { Assembly } from './assembly';
import { buildRepartition, repartitionIfRekeyed } from './repartition';

/** Nodes of Kafka Streams that ksqlDB makes for these steps. */
const NODES = { StreamSelectKey: 1, TableSelectKey: 4 } as const;

/** PARTITION BY, and the new key that a join needs. */
export function buildStreamSelectKey(step: SelectKeyStep, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, NOTHING);
  assembly.nodes.skip(NODES.StreamSelectKey);
  const keys = step.keyExpressions.map((expression) =>
    assembly.compiler.expression(expression, source.schema.value),
  );
  const parts = {
    keys,
    sourceValue: source.schema.value,
    sourceKey: source.schema.key,
    key: step.schema.key,
    value: step.schema.value,
    context: step.context,
  };
  return {
    ...source,
    schema: step.schema,
    keyChanged: true,
    attach: (context, next) => source.attach(context, selectKey(parts, context, next)),
  };
}

/** A table under another key format: its rows travel to their new partition and are stored there. */
export function buildTableSelectKey(step: SelectKeyStep, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, NOTHING);
  assembly.nodes.skip(NODES.TableSelectKey);
  const rekeyed: Pipe = {
    ...source,
    isTable: false,
    schema: step.schema,
    attach: (context, next) => source.attach(context, rekeyedTable(next)),
  };
  const moved = buildRepartition(rekeyed, `${step.context}-SelectKey-repartition`, step.formats, assembly);
  const name = `${step.context}-Materialize`;
  const spec = assembly.storeSpec(name, step.schema.key, step.schema.value, { formats: step.formats });
  const shape = assembly.store(moved.sub, spec, step.schema.value);
  return {
    ...moved,
    isTable: true,
    knowsOld: true,
    attach(context, next) {
      const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
      const pass = storeChanges(context, store, next);
      moved.attach(context, {
        push: (key, _window, value, _old, timestamp) => key !== null && pass(key, value, timestamp),
      });
      return store;
    },
    stored: { store: name, map: (view) => view },
  };
}

/** The key stays what it was, its format changes. */
function rekeyedTable(next: Next): Next {
  return { push: (key, window, value, _old, timestamp) => next.push(key, window, value, null, timestamp) };
}

/** GROUP BY: through a repartition topic, but for rows that have the key already and lie where it belongs. */
export function buildGroupBy(step: GroupByStep, assembly: Assembly): Pipe {
  const isTable = step.kind === 'TableGroupBy';
  const source = assembly.build(step.source, isTable ? A_STORE : NOTHING);
  const topic = `${step.context}-repartition`;
  if (step.kind === 'StreamGroupByKey') {
    const grouped: Pipe = {
      ...source,
      schema: step.schema,
      attach: (context, next) => source.attach(context, streamGroupByKey(next)),
    };
    return repartitionIfRekeyed(grouped, topic, step.formats, assembly);
  }
  const groupBy = step.groupBy.map((expression) =>
    assembly.compiler.expression(expression, source.schema.value),
  );
  const identity = keyIdentity(step.schema.key);
  const grouped: Pipe = {
    ...source,
    schema: step.schema,
    attach: (context, next) =>
      source.attach(
        context,
        isTable
          ? tableGroupBy(groupBy, (a, b) => identity(a) === identity(b), context, step.context, next)
          : streamGroupBy(groupBy, context, step.context, next),
      ),
  };
  return buildRepartition(grouped, topic, step.formats, assembly);
}
