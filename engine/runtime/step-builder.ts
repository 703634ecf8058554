import type { SinkStep, Step } from '../planner/plan';
import { assertNever } from '../source/assert-never';
import type { Pipe } from './pipe';
import { buildAggregate, buildSuppress, buildWindowedAggregate } from './steps/aggregates';
import { Assembly, NOTHING } from './steps/assembly';
import type { RepartitionBuild, Wants } from './steps/assembly';
import { buildForeignKeyJoin } from './steps/foreign-key-join';
import { buildGroupBy, buildStreamSelectKey, buildTableSelectKey } from './steps/keys';
import { attachAnswer, attachSink } from './steps/sinks';
import { buildSource } from './steps/source';
import { buildFilter, buildFlatMap, buildSelect } from './steps/stateless';
import { buildStreamStreamJoin } from './steps/stream-stream-join';
import { buildStreamTableJoin, buildTableTableJoin } from './steps/table-joins';
import type { SubTopologyBuild } from './sub-topology-build';
import type { TopologyDeps } from './topology';
import { usedColumns } from './used-columns';

/** Turns the steps of one plan into pipes, from the sources to the sink. */
export class StepBuilder {
  private readonly assembly: Assembly;

  constructor(queryId: string, deps: TopologyDeps) {
    this.assembly = new Assembly(queryId, deps, (step, wants) => this.build(step, wants));
  }

  get subTopologies(): readonly SubTopologyBuild[] {
    return this.assembly.subTopologies;
  }

  get repartitions(): readonly RepartitionBuild[] {
    return this.assembly.repartitions;
  }

  async prepare(): Promise<void> {
    await this.assembly.prepare();
  }

  /** Builds everything; gives the pipe that feeds the sink. */
  sink(step: SinkStep): Pipe {
    this.assembly.used = usedColumns(step);
    const source = this.build(step.source, NOTHING);
    attachSink(step, source, this.assembly);
    return source;
  }

  /** Builds the steps of a push query: results go to the task's `answer`. */
  answer(step: Step): Pipe {
    const source = this.build(step, NOTHING);
    attachAnswer(source);
    return source;
  }

  private build(step: Step, wants: Wants): Pipe {
    const { assembly } = this;
    switch (step.kind) {
      case 'StreamSource':
      case 'TableSource':
        return buildSource(step, wants, assembly);
      case 'StreamFilter':
      case 'TableFilter':
        return buildFilter(step, wants, assembly);
      case 'StreamSelect':
      case 'TableSelect':
        return buildSelect(step, wants, assembly);
      case 'StreamFlatMap':
        return buildFlatMap(step, assembly);
      case 'StreamSelectKey':
        return buildStreamSelectKey(step, assembly);
      case 'TableSelectKey':
        return buildTableSelectKey(step, assembly);
      case 'StreamGroupBy':
      case 'StreamGroupByKey':
      case 'TableGroupBy':
        return buildGroupBy(step, assembly);
      case 'StreamAggregate':
      case 'TableAggregate':
        return buildAggregate(step, assembly);
      case 'StreamWindowedAggregate':
        return buildWindowedAggregate(step, wants, assembly);
      case 'StreamStreamJoin':
        return buildStreamStreamJoin(step, assembly);
      case 'StreamTableJoin':
        return buildStreamTableJoin(step, assembly);
      case 'TableTableJoin':
        return buildTableTableJoin(step, assembly);
      case 'ForeignKeyTableTableJoin':
        return buildForeignKeyJoin(step, assembly);
      case 'TableSuppress':
        return buildSuppress(step, wants, assembly);
      case 'StreamSink':
      case 'TableSink':
        throw new Error('invariant violated: a sink is the last step');
      default:
        return assertNever(step, 'step');
    }
  }
}
