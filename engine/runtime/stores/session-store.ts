import type { ReadOnlyStore, Row, StoredRow, TimeWindow } from '../contracts';
import { inRange } from './key-range';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';
import { ProgressMark, Retention, splitNumbers, storeCodecs, withNumbers } from './store-codecs';

export interface Session {
  readonly key: Row;
  readonly window: TimeWindow;
  readonly value: Row;
  readonly timestamp: number;
}

/**
 * Sessions of each key in order of their start, in memory. A session is expired once it ended at or before `stream time - retention`;
 * stream time is the largest session end it was given.
 */
export class SessionStore implements StateStore {
  readonly spec;
  readonly view: ReadOnlyStore;
  private readonly sessions = new Map<unknown, Session[]>();
  private readonly dirty = new Map<string, { readonly session: Session; readonly removed: boolean }>();
  maxTimestamp = -1;
  private readonly mark = new ProgressMark();
  private readonly retention;
  private readonly codecs;

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.retention = new Retention(shape);
    this.codecs = storeCodecs(shape);
    this.view = this.createView();
  }

  get progress(): number {
    return this.mark.value;
  }
  set progress(value: number) {
    this.mark.set(value);
  }

  /** Sessions of a key that end at or after `earliestEnd` and start at or before `latestStart`, oldest first. */
  find(key: Row, earliestEnd: number, latestStart: number): Session[] {
    const held = this.sessions.get(this.codecs.identity(key)) ?? [];
    return held.filter(
      (s) => s.window.end >= earliestEnd && s.window.start <= latestStart && !this.isExpired(s),
    );
  }

  put(session: Session): void {
    this.advance(session.window.end);
    this.maxTimestamp = Math.max(this.maxTimestamp, session.timestamp);
    this.insert(session);
    this.touch(session, false);
  }

  remove(session: Session): void {
    this.drop(session);
    this.touch(session, true);
  }

  *all(): Iterable<Session> {
    for (const held of this.sessions.values())
      for (const session of held) if (!this.isExpired(session)) yield session;
  }

  flushChangelog(): void {
    const { changelogTopic } = this.spec;
    for (const { session, removed } of this.dirty.values()) {
      const { start, end } = session.window;
      const key = withNumbers(this.codecs.key.encode(session.key), start, end);
      const value = removed ? null : this.codecs.state.encode(session.value);
      this.changelog(changelogTopic, key, value, session.timestamp);
    }
    this.dirty.clear();
    this.mark.flush((key, value) =>
      this.changelog(changelogTopic, key, value, Math.max(this.maxTimestamp, 0)),
    );
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    if (this.mark.restore(keyBytes, value)) return;
    const { key, numbers } = splitNumbers(keyBytes, this.codecs.key, 2);
    const [start, end] = numbers as [number, number];
    const window = { start, end };
    this.maxTimestamp = Math.max(this.maxTimestamp, timestamp);
    this.drop({ key, window, value: [], timestamp });
    if (value === null) return;
    this.advance(end);
    this.insert({ key, window, value: this.codecs.state.decode(value), timestamp });
  }

  private isExpired(session: Session): boolean {
    return this.retention.isExpired(session.window.end);
  }

  private insert(session: Session): void {
    if (this.isExpired(session)) return;
    const id = this.codecs.identity(session.key);
    const held = this.sessions.get(id);
    if (held === undefined) this.sessions.set(id, [session]);
    else {
      const others = held.filter((s) => !sameWindow(s.window, session.window));
      this.sessions.set(
        id,
        [...others, session].sort((a, b) => a.window.start - b.window.start),
      );
    }
  }

  private drop(session: Session): void {
    const id = this.codecs.identity(session.key);
    const left = (this.sessions.get(id) ?? []).filter((s) => !sameWindow(s.window, session.window));
    if (left.length === 0) this.sessions.delete(id);
    else this.sessions.set(id, left);
  }

  private touch(session: Session, removed: boolean): void {
    const id = this.codecs.identity(session.key);
    this.dirty.set(`${session.window.start}/${session.window.end}/${typeof id}/${String(id)}`, {
      session,
      removed,
    });
  }

  /** Frees expired sessions, once in a quarter of the retention. */
  private advance(streamTime: number): void {
    if (!this.retention.advance(streamTime)) return;
    for (const [id, held] of this.sessions) {
      const left = held.filter((s) => !this.isExpired(s));
      if (left.length === 0) this.sessions.delete(id);
      else if (left.length < held.length) this.sessions.set(id, left);
    }
  }

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (session: Session): StoredRow => ({
      ...session,
      value: present(session.value, session.window, session.key),
    });
    const every = (): Iterable<Session> => this.all();
    const find = (key: Row): Session[] => this.find(key, -Infinity, Infinity);
    return {
      get: (key, window) => {
        const found = window === undefined ? undefined : find(key).find((s) => sameWindow(s.window, window));
        return found === undefined ? undefined : stored(found);
      },
      *fetch(key, fromMs, toMs) {
        for (const s of find(key)) if (s.window.start >= fromMs && s.window.start <= toMs) yield stored(s);
      },
      *all(range) {
        const inOrder = [...every()].sort((a, b) => a.window.start - b.window.start);
        for (const s of inOrder) if (inRange(s.key, range)) yield stored(s);
      },
    };
  }
}

export function sameWindow(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}
