import type { Header, Row, TimeWindow } from './contracts';
import type { Flushable, Next, TaskContext } from './task-context';

interface HeldChange {
  readonly key: Row;
  readonly window: TimeWindow | null;
  readonly old: Row | null;
  value: Row | null;
  timestamp: number;
  headers: readonly Header[];
}

/** State rows as the next operator sees them. */
export type Present = (state: Row, window: TimeWindow | null, key: Row) => Row;

/**
 * Passes changes of a table store on: at once, or with caching one change a key between two flushes, from what was there
 * at the last flush to what is there now.
 */
export class ChangeForwarder implements Flushable {
  private held = new Map<number, Map<unknown, HeldChange>>();

  constructor(
    private readonly context: TaskContext,
    private readonly next: Next,
    private readonly present: Present,
  ) {
    if (context.deps.caching) context.caches.push(this);
  }

  /** `id` and the window's start tell entries apart. Takes states; presents them only when they are passed on. */
  forward(
    id: unknown,
    key: Row,
    window: TimeWindow | null,
    state: Row | null,
    old: Row | null,
    timestamp: number,
  ): void {
    if (!this.context.deps.caching) return this.emit(key, window, state, old, timestamp);
    const start = window === null ? 0 : window.start;
    let changes = this.held.get(start);
    if (changes === undefined) this.held.set(start, (changes = new Map<unknown, HeldChange>()));
    const change = changes.get(id);
    if (change === undefined) {
      changes.set(id, { key, window, old, value: state, timestamp, headers: this.context.headers });
    } else {
      change.value = state;
      change.timestamp = timestamp;
      change.headers = this.context.headers;
    }
  }

  flush(): void {
    const held = this.held;
    this.held = new Map();
    for (const changes of held.values()) {
      for (const change of changes.values()) {
        if (change.value === null && change.old === null) continue;
        this.context.headers = change.headers;
        this.emit(change.key, change.window, change.value, change.old, change.timestamp);
      }
    }
  }

  private emit(
    key: Row,
    window: TimeWindow | null,
    state: Row | null,
    old: Row | null,
    timestamp: number,
  ): void {
    const value = state === null ? null : this.present(state, window, key);
    const before = old === null || this.next.ignoresOld ? null : this.present(old, window, key);
    this.next.push(key, window, value, before, timestamp);
  }
}
