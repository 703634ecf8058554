import type { Subscription } from '../broker/broker';
import type { QueryFailure } from './query-failure';
import type { QuerySpec, RunningQuery } from './running-query';

export type QueryState = 'RUNNING' | 'PAUSED' | 'ERROR' | 'REBALANCING';

/** One query's place in the driver, whether it runs or not. */
export interface Slot {
  spec: QuerySpec;
  query: RunningQuery | undefined;
  state: QueryState;
  failure: QueryFailure | undefined;
  inputs: Input[];
  /** Counts (re)starts: what belongs to an older one is ignored. */
  generation: number;
}

/** One partition that a query reads: by fetching, or (no subscription) handed over by the relay. */
export interface Input {
  subscription: Subscription | undefined;
  readonly leaveRelay: () => void;
}

export function newSlot(spec: QuerySpec, paused: boolean): Slot {
  return {
    spec,
    query: undefined,
    state: paused ? 'PAUSED' : 'REBALANCING',
    failure: undefined,
    inputs: [],
    generation: 0,
  };
}

export function unsubscribe(slot: Slot): void {
  for (const { subscription, leaveRelay } of slot.inputs) {
    subscription?.close();
    leaveRelay();
  }
  slot.inputs = [];
}
