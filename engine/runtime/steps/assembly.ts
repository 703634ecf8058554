import type { Column, Format, SerdeFeatures } from '../../catalog/catalog';
import type { SerdeSpec } from '../../formats/contracts';
import type { Formats, SourceStep, Step } from '../../planner/plan';
import { NodeCounter } from '../node-names';
import type { Pipe } from '../pipe';
import { PlanCompiler } from '../plan-compiler';
import type { StoreShape } from '../stores/state-store';
import { SubTopologyBuild } from '../sub-topology-build';
import type { StoreSpec, TopologyDeps } from '../topology';

/** What a step asks of the steps that it reads. */
export interface Wants {
  /** The table's rows must be in a store, to be looked up or to know what a change replaces. */
  readonly store: boolean;
  /** EMIT FINAL stands above: results of closed windows only. */
  readonly emitFinal: boolean;
}
export const NOTHING: Wants = { store: false, emitFinal: false };
export const A_STORE: Wants = { store: true, emitFinal: false };

/** An internal topic between two sub-topologies, while they are put together. */
export interface RepartitionBuild {
  readonly name: string;
  readonly from: SubTopologyBuild;
  readonly to: SubTopologyBuild;
  readonly formats?: Formats;
}

/** Names of the columns that a query reads of each source; of a source that is not listed, all. */
type UsedColumns = ReadonlyMap<SourceStep, ReadonlySet<string>>;

/** What the steps of one plan share while they become pipes: names, stores, formats, and the parts made so far. */
export class Assembly {
  readonly subTopologies: SubTopologyBuild[] = [];
  readonly repartitions: RepartitionBuild[] = [];
  readonly compiler: PlanCompiler;
  readonly nodes = new NodeCounter();
  used: UsedColumns = new Map();
  private readonly writers: SerdeSpec[] = [];

  constructor(
    private readonly queryId: string,
    readonly deps: TopologyDeps,
    /** Builds a step that another one reads. */
    readonly build: (step: Step, wants: Wants) => Pipe,
  ) {
    this.compiler = new PlanCompiler(deps);
  }

  /** Registers the schemas that the query writes with. */
  async prepare(): Promise<void> {
    for (const spec of this.writers) await this.deps.serdes.prepareWriter(spec);
  }

  topicName(rest: string): string {
    return `_confluent-ksql-${this.deps.serviceId}query_${this.queryId}-${rest}`;
  }

  newSub(): SubTopologyBuild {
    const sub = new SubTopologyBuild();
    this.subTopologies.push(sub);
    return sub;
  }

  /** Notes what is written, so that its schema is registered before the first row. */
  writer(
    format: Format,
    features: SerdeFeatures,
    columns: readonly Column[],
    isKey: boolean,
    topic: string,
  ): SerdeSpec {
    const spec = { format, features, columns, isKey, topic };
    this.writers.push(spec);
    return spec;
  }

  /** The key as an internal topic or a changelog of these formats holds it. */
  keyWriter({ keyFormat, keyFeatures }: Formats, columns: readonly Column[], topic: string): SerdeSpec {
    return this.writer(keyFormat, keyFeatures, columns, true, topic);
  }

  /** Likewise the value. */
  valueWriter({ valueFormat, valueFeatures }: Formats, columns: readonly Column[], topic: string): SerdeSpec {
    return this.writer(valueFormat, valueFeatures, columns, false, topic);
  }

  storeSpec(
    name: string,
    key: readonly Column[],
    value: readonly Column[],
    more: Partial<StoreSpec>,
  ): StoreSpec {
    return {
      name,
      changelogTopic: this.topicName(`${name}-changelog`),
      kind: 'KEY_VALUE',
      cleanupPolicy: 'compact',
      keyColumns: key,
      valueColumns: value,
      ...more,
    };
  }

  /** Declares a store of a sub-topology; tasks make it. */
  store(
    sub: SubTopologyBuild,
    spec: StoreSpec,
    stateColumns: readonly Column[],
    present?: StoreShape['present'],
  ): StoreShape {
    sub.find().stores.push(spec);
    return { spec, stateColumns, present };
  }
}
