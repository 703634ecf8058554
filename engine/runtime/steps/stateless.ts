import type { FilterStep, FlatMapStep, SelectStep } from '../../planner/plan';
import { mappedStore } from '../mapped-store';
import {
  filteredView,
  flatMap,
  mappedView,
  rowMapper,
  streamFilter,
  streamSelect,
  tableFilter,
  tableSelect,
} from '../operators/stateless';
import type { Pipe } from '../pipe';
import { NOTHING } from './assembly';
import type { Assembly, Wants } from './assembly';

/** Each of these steps is one node of Kafka Streams. */
const NODES = 1;
/** Reading a store for a client: what fails on a row gives NULL, as it did when the row was made, and was reported then. */
const QUIET = { now: Date.now, random: Math.random, onError: () => undefined };

/** WHERE and HAVING. */
export function buildFilter(step: FilterStep, wants: Wants, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, wants);
  assembly.nodes.skip(NODES);
  const accepts = assembly.compiler.predicate(step.predicate, source.schema.value);
  const isTable = step.kind === 'TableFilter';
  return {
    ...source,
    schema: step.schema,
    attach(context, next) {
      const evaluation = context.evaluation(step.context);
      const test = (row: readonly unknown[]): boolean => accepts(row, evaluation);
      const view = source.attach(
        context,
        isTable ? tableFilter(test, source.knowsOld, next) : streamFilter(test, next),
      );
      return view && filteredView(view, test);
    },
    stored: source.stored && {
      store: source.stored.store,
      map: (view) => mappedStore(source.stored!.map(view), (row) => (accepts(row, QUIET) ? row : null)),
    },
  };
}

/** A projection. */
export function buildSelect(step: SelectStep, wants: Wants, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, wants);
  assembly.nodes.skip(NODES);
  const selects = step.selects.map((select) =>
    assembly.compiler.expression(select.expression, source.schema.value),
  );
  const isTable = step.kind === 'TableSelect';
  return {
    ...source,
    schema: step.schema,
    attach(context, next) {
      const map = rowMapper(selects, context.evaluation(step.context));
      const view = source.attach(context, isTable ? tableSelect(map, next) : streamSelect(map, next));
      return view && mappedView(view, map);
    },
    stored: source.stored && {
      store: source.stored.store,
      map: (view) => mappedStore(source.stored!.map(view), rowMapper(selects, QUIET)),
    },
  };
}

/** Table functions. */
export function buildFlatMap(step: FlatMapStep, assembly: Assembly): Pipe {
  const source = assembly.build(step.source, NOTHING);
  assembly.nodes.skip(NODES);
  const functions = step.tableFunctions.map((call) =>
    assembly.compiler.tableFunction(call, source.schema.value),
  );
  return {
    ...source,
    schema: step.schema,
    attach: (context, next) => source.attach(context, flatMap(functions, context, step.context, next)),
  };
}
