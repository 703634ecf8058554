import type { LogicalSchema } from '../catalog/catalog';
import type { ReadOnlyStore } from './contracts';
import type { SubTopologyBuild } from './sub-topology-build';
import type { Next, TableView, TaskContext } from './task-context';

export interface PipeWindow {
  readonly isSession: boolean;
  readonly sizeMs: number;
}

/** The operators up to one step: attached to what comes next once per task. */
export interface Pipe {
  readonly sub: SubTopologyBuild;
  readonly schema: LogicalSchema;
  readonly isTable: boolean;
  /** Rows were given a new key and lie in the wrong partition for grouping and joining. */
  readonly keyChanged: boolean;
  /** Topics whose partition decides where a row of this pipe is. */
  readonly topics: readonly string[];
  readonly window?: PipeWindow;
  /** Changes carry what they replace. */
  readonly knowsOld: boolean;
  /** Makes the operators of a task. Tables whose content can be looked up give a view of it. */
  attach(context: TaskContext, next: Next): TableView | undefined;
  /** Name of the store behind the rows, and how its rows become those of this step; for pull queries. */
  readonly stored?: { readonly store: string; readonly map: (view: ReadOnlyStore) => ReadOnlyStore };
}
