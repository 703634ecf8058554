import type { Long } from '../../types/sql-type';

/** What one version differs in from the one that was made of it: the earlier count of a key. */
interface Difference {
  readonly key: string;
  /** undefined: the key was not there. */
  readonly count: Long | undefined;
  readonly from: VersionedCounts;
}

/**
 * Counts by key that are never seen to change: {@link with} gives a new version in constant time. The newest version holds the map;
 * older ones hold what they differ in, and take the map over when they are read (Baker's rerooting), so that a version that nobody
 * holds any more costs nothing.
 */
export class VersionedCounts implements ReadonlyMap<string, Long> {
  private constructor(private content: Map<string, Long> | Difference) {}

  static of(entries: Iterable<readonly [string, Long]>): VersionedCounts {
    return new VersionedCounts(new Map(entries));
  }

  /** The version in which `key` has this count, or is not there. */
  with(key: string, count: Long | undefined): VersionedCounts {
    const map = this.map();
    const next = new VersionedCounts(map);
    this.content = { key, count: map.get(key), from: next };
    set(map, key, count);
    return next;
  }

  get size(): number {
    return this.map().size;
  }
  get(key: string): Long | undefined {
    return this.map().get(key);
  }
  has(key: string): boolean {
    return this.map().has(key);
  }
  forEach(action: (count: Long, key: string, all: ReadonlyMap<string, Long>) => void): void {
    for (const [key, count] of this.map()) action(count, key, this);
  }
  entries(): MapIterator<[string, Long]> {
    return this.map().entries();
  }
  keys(): MapIterator<string> {
    return this.map().keys();
  }
  values(): MapIterator<Long> {
    return this.map().values();
  }
  [Symbol.iterator](): MapIterator<[string, Long]> {
    return this.entries();
  }

  /** This version's map; the versions between it and the one that held it turn round. */
  private map(): Map<string, Long> {
    if (this.content instanceof Map) return this.content;
    const path: VersionedCounts[] = [this];
    let last: VersionedCounts = this.content.from;
    while (!(last.content instanceof Map)) {
      path.push(last);
      last = last.content.from;
    }
    const map = last.content;
    for (const version of path.reverse()) {
      const { key, count } = version.content as Difference;
      last.content = { key, count: map.get(key), from: version };
      set(map, key, count);
      version.content = map;
      last = version;
    }
    return map;
  }
}

function set(map: Map<string, Long>, key: string, count: Long | undefined): void {
  if (count === undefined) map.delete(key);
  else map.set(key, count);
}
