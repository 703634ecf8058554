import type { Json } from './declared';

/** One property that differs. */
export interface PropertyChange {
  /** E.g. `config.retention.ms`. */
  readonly path: string;
  /** Absent: not set before. A secret is shown as `(secret)`. */
  readonly before?: Json;
  /** Absent: taken away. */
  readonly after?: Json;
}

interface Base<D> {
  readonly desired: D;
}
/** It is not there yet. */
export interface CreateChange<D> extends Base<D> {
  readonly action: 'create';
}
/** It is there and is changed in place. */
export interface UpdateChange<D> extends Base<D> {
  readonly action: 'update';
  readonly properties: readonly PropertyChange[];
}
/** It must go and come back: what it held is lost or built again. */
export interface ReplaceChange<D> extends Base<D> {
  readonly action: 'replace';
  readonly properties: readonly PropertyChange[];
  readonly reason: string;
}
/** It is not done, for a reason, and the reader is told what to do instead. */
export interface RefusedChange<D> extends Base<D> {
  readonly action: 'refused';
  readonly properties: readonly PropertyChange[];
  readonly reason: string;
  readonly remedy: string;
}

/** What must be done to make what is live as declared. Nothing to do is no change at all. */
export type Change<D> = CreateChange<D> | UpdateChange<D> | ReplaceChange<D> | RefusedChange<D>;

/** What stands for a secret wherever it would be shown. */
export const HIDDEN = '(secret)';

/** An update when something differs, else nothing. */
export function updateIf<D>(desired: D, properties: readonly PropertyChange[]): Change<D>[] {
  return properties.length === 0 ? [] : [{ action: 'update', desired, properties }];
}
