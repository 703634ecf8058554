import type { SpillChange, StateArea, StoreFacts } from '../../runtime/stores/spill';

/** Up to where of its changelog the entries of an area are. */
export interface Checkpoint {
  /** Every committed record of the changelog below this offset is in the area. */
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
  readonly fingerprint: string;
  readonly facts: StoreFacts;
}

/** What is written into one area; the changes are there before the checkpoint. */
export interface AreaUpdate {
  readonly name: string;
  readonly changes: readonly SpillChange[];
  readonly checkpoint: Checkpoint;
  readonly expiredBelow: Buffer | undefined;
}

/** Where stores keep what memory has no room for: one area a store and task. */
export interface StateDisk {
  /** Undefined: there is none, or it was not finished. */
  checkpoint(name: string): Checkpoint | undefined;
  /** The area of that name; made when it is missing. */
  area(name: string): StateArea;
  write(updates: readonly AreaUpdate[]): Promise<void>;
  /** Removes an area with everything in it. */
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the disk when it is first needed. */
export interface StateDiskOpener {
  /** An earlier process left something: it is worth opening before the stores are restored. */
  hasState(): boolean;
  /** Undefined: there is no place for state; the reason was told. */
  open(): Promise<StateDisk | undefined>;
}
