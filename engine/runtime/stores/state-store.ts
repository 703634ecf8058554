import type { Column } from '../../catalog/catalog';
import type { ReadOnlyStore, Row, TimeWindow } from '../contracts';
import type { StoreSpec } from '../topology';
import type { Spillable } from './spill';

/** A store as its task sees it. */
export interface StateStore {
  readonly spec: StoreSpec;
  /** Emits one changelog record for each key changed since the last call. */
  flushChangelog(): void;
  restore(key: Buffer, value: Buffer | null, timestamp: number): void;
  readonly view: ReadOnlyStore;
  /** Absent: the store is always in memory. */
  readonly spill?: Spillable;
}

/** Where a store writes its changelog. */
export type ChangelogWriter = (topic: string, key: Buffer, value: Buffer | null, timestamp: number) => void;

/** What a store holds: the columns of its rows, and how a raw row becomes one that readers may see. */
export interface StoreShape {
  readonly spec: StoreSpec;
  /** Types of the rows as they are kept (aggregation states and the like). */
  readonly stateColumns: readonly Column[];
  /** A kept row as `spec.valueColumns` says; absent: the same. */
  readonly present?: (state: Row, window: TimeWindow | null, key: Row) => Row;
}

/** One entry of a store. Never changed once it is in: a new value is a new entry. */
export interface Entry {
  readonly key: Row;
  readonly value: Row;
  readonly timestamp: number;
}
