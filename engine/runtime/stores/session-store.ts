import type { ReadOnlyStore, Row, StoredRow, TimeWindow } from '../contracts';
import { keyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { ChangelogWriter, StateStore, StoreShape } from './state-store';

const MARK_KEY = Buffer.alloc(0);

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
  private streamTime = -1;
  private sweptAt = -1;
  maxTimestamp = -1;
  private mark = -1;
  private markChanged = false;
  private readonly identity;
  private readonly keyCodec;
  private readonly stateCodec;
  private readonly retentionMs: number;

  constructor(
    private readonly shape: StoreShape,
    private readonly changelog: ChangelogWriter,
  ) {
    this.spec = shape.spec;
    this.retentionMs = shape.spec.retentionMs ?? Number.MAX_SAFE_INTEGER;
    this.identity = keyIdentity(shape.spec.keyColumns);
    this.keyCodec = stateCodec(shape.spec.keyColumns.map((c) => c.type));
    this.stateCodec = stateCodec(shape.stateColumns.map((c) => c.type));
    this.view = this.createView();
  }

  get progress(): number {
    return this.mark;
  }
  set progress(value: number) {
    this.mark = value;
    this.markChanged = true;
  }

  /** Sessions of a key that end at or after `earliestEnd` and start at or before `latestStart`, oldest first. */
  find(key: Row, earliestEnd: number, latestStart: number): Session[] {
    const held = this.sessions.get(this.identity(key)) ?? [];
    return held.filter(
      (s) => s.window.end >= earliestEnd && s.window.start <= latestStart && !this.isExpired(s),
    );
  }

  put(session: Session): void {
    if (session.window.end > this.streamTime) this.advance(session.window.end);
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
    for (const { session, removed } of this.dirty.values()) {
      const key = sessionKey(this.keyCodec.encode(session.key), session.window);
      this.changelog(
        this.spec.changelogTopic,
        key,
        removed ? null : this.stateCodec.encode(session.value),
        session.timestamp,
      );
    }
    this.dirty.clear();
    if (!this.markChanged) return;
    const value = Buffer.alloc(8);
    value.writeDoubleBE(this.mark);
    this.changelog(this.spec.changelogTopic, MARK_KEY, value, Math.max(this.maxTimestamp, 0));
    this.markChanged = false;
  }

  restore(keyBytes: Buffer, value: Buffer | null, timestamp: number): void {
    if (keyBytes.length === 0) {
      if (value !== null) this.mark = value.readDoubleBE(0);
      return;
    }
    const size = keyBytes.length - 16;
    const window = { start: keyBytes.readDoubleBE(size), end: keyBytes.readDoubleBE(size + 8) };
    const key = this.keyCodec.decode(keyBytes.subarray(0, size));
    this.maxTimestamp = Math.max(this.maxTimestamp, timestamp);
    this.drop({ key, window, value: [], timestamp });
    if (value === null) return;
    if (window.end > this.streamTime) this.advance(window.end);
    this.insert({ key, window, value: this.stateCodec.decode(value), timestamp });
  }

  private isExpired(session: Session): boolean {
    return session.window.end <= this.streamTime - this.retentionMs;
  }

  private insert(session: Session): void {
    if (this.isExpired(session)) return;
    const id = this.identity(session.key);
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
    const id = this.identity(session.key);
    const left = (this.sessions.get(id) ?? []).filter((s) => !sameWindow(s.window, session.window));
    if (left.length === 0) this.sessions.delete(id);
    else this.sessions.set(id, left);
  }

  private touch(session: Session, removed: boolean): void {
    const id = this.identity(session.key);
    this.dirty.set(`${session.window.start}/${session.window.end}/${typeof id}/${String(id)}`, {
      session,
      removed,
    });
  }

  /** Frees expired sessions, once in a quarter of the retention. */
  private advance(streamTime: number): void {
    this.streamTime = streamTime;
    if (streamTime - this.sweptAt < this.retentionMs / 4) return;
    this.sweptAt = streamTime;
    for (const [id, held] of this.sessions) {
      const left = held.filter((s) => !this.isExpired(s));
      if (left.length === 0) this.sessions.delete(id);
      else if (left.length < held.length) this.sessions.set(id, left);
    }
  }

  private createView(): ReadOnlyStore {
    const present = this.shape.present ?? ((row: Row) => row);
    const stored = (session: Session): StoredRow => ({ ...session, value: present(session.value) });
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
      *all() {
        for (const s of [...every()].sort((a, b) => a.window.start - b.window.start)) yield stored(s);
      },
      get size() {
        let size = 0;
        for (const _ of every()) size++;
        return size;
      },
    };
  }
}

export function sameWindow(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}

function sessionKey(key: Buffer, window: TimeWindow): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + 16);
  key.copy(bytes);
  bytes.writeDoubleBE(window.start, key.length);
  bytes.writeDoubleBE(window.end, key.length + 8);
  return bytes;
}
