import type { Next, TableView } from '../task-context';
import type { RowJoiner } from './joined-row';

/** Each row of the stream is joined with what the table holds under its key at that moment; the table's changes emit nothing. */
export function streamTableJoin(isLeftJoin: boolean, join: RowJoiner, table: TableView, next: Next): Next {
  return {
    push(key, window, value, _old, timestamp) {
      if (value === null) return;
      const match = key === null ? undefined : table.get(key);
      if (match === undefined && !isLeftJoin) return;
      next.push(key, window, join(key, value, match?.value ?? null), null, timestamp);
    },
  };
}
