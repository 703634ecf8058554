import type { ReadOnlyStore, Row, StoredRow } from './contracts';

/** Rows of a store through a projection, a filter or both: `map` gives null for rows that do not pass. */
export function mappedStore(store: ReadOnlyStore, map: (row: Row) => Row | null): ReadOnlyStore {
  const mapped = (stored: StoredRow): StoredRow | undefined => {
    const value = map(stored.value);
    return value === null ? undefined : { ...stored, value };
  };
  function* through(rows: Iterable<StoredRow>): Iterable<StoredRow> {
    for (const row of rows) {
      const result = mapped(row);
      if (result !== undefined) yield result;
    }
  }
  async function* throughAsync(rows: AsyncIterable<StoredRow>): AsyncIterable<StoredRow> {
    for await (const row of rows) {
      const result = mapped(row);
      if (result !== undefined) yield result;
    }
  }
  return {
    get(key, window) {
      const found = store.get(key, window);
      return found === undefined ? undefined : mapped(found);
    },
    fetch: (key, fromMs, toMs) => through(store.fetch(key, fromMs, toMs)),
    all(range) {
      const rows = store.all(range);
      return Symbol.iterator in rows ? through(rows) : throughAsync(rows);
    },
  };
}
