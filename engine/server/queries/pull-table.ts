import { columnScope, compileExpression, compilePredicate } from '../../expressions/index';
import type { EvalContext } from '../../expressions/index';
import type { KeyLookup, TablePullPlan, TimeRange } from '../../planner/pull/pull-plan';
import type { ReadOnlyStore, Row, StoredRow } from '../../runtime/contracts';
import { keyIdentity } from '../../runtime/key-identity';
import type { Topology } from '../../runtime/topology';
import { ERROR_CODES, WireError } from '../http/wire-error';
import type { KsqlEngine } from '../statements/ksql-engine';
import type { PersistentQuery } from '../statements/engine-state';
import type { QueryAnswer } from './query-answer';
import { storedRows } from './stored-rows';

/** Rows that go to the client in one piece. */
const CHUNK_ROWS = 512;

/** Reads a table's rows as its query's stores hold them now. */
export async function pullTable(engine: KsqlEngine, plan: TablePullPlan): Promise<QueryAnswer> {
  const rows = await selectRows(engine, plan);
  return {
    queryId: plan.queryId,
    kind: 'PULL',
    columns: plan.columns,
    rows: chunks(rows),
    finalMessage: () => undefined,
    close: () => undefined,
  };
}

async function selectRows(engine: KsqlEngine, plan: TablePullPlan): Promise<readonly Row[]> {
  const { functions, clock, config } = engine.deps;
  const scope = columnScope(plan.rowColumns);
  const types = (name: string) => engine.catalog.getType(name);
  const context: EvalContext = { now: clock, random: Math.random, onError: () => undefined };
  const predicate = plan.predicate && compilePredicate(plan.predicate, scope, functions, types);
  const selects = plan.selects.map(({ expression }) =>
    compileExpression(expression, scope, functions, types),
  );
  const limit = Math.min(plan.limit ?? Infinity, config.limits.maxPullRows + 1);
  const rowOf = rowReader(engine, plan);
  const answerOf = (stored: StoredRow): Row | undefined => {
    const row = rowOf(stored);
    if (predicate && !predicate(row, context)) return undefined;
    return selects.map((select) => select.evaluate(row, context));
  };
  const stores = storesOf(engine, plan);
  const rows = plan.lookups
    ? lookUp(stores, plan.lookups, plan, { answerOf, limit })
    : await scan(stores, plan, { answerOf, limit });
  if (rows.length > config.limits.maxPullRows) {
    throw new WireError(
      ERROR_CODES.badRequest,
      `The query gives more than ${config.limits.maxPullRows} rows (ksql.query.pull.max.rows): add LIMIT or a WHERE clause`,
    );
  }
  return rows;
}

/** Key columns, window bounds where there are any, value columns, ROWTIME: the plan's `rowColumns`. */
function rowReader(engine: KsqlEngine, { table }: TablePullPlan): (stored: StoredRow) => Row {
  const writer = writerOf(engine, table.name);
  const read = writer ? storedRows(writer.plan, engine.deps.serdes) : (row: Row) => row;
  return ({ key, window, value, timestamp }) => {
    const bounds = table.topic.window && window ? [window.start, window.end] : [];
    return [...key, ...bounds, ...read(value), timestamp];
  };
}

interface Answering {
  /** Undefined: the row does not satisfy the condition. */
  readonly answerOf: (stored: StoredRow) => Row | undefined;
  readonly limit: number;
}

function lookUp(
  stores: readonly ReadOnlyStore[],
  lookups: readonly KeyLookup[],
  plan: TablePullPlan,
  { answerOf, limit }: Answering,
): readonly Row[] {
  const rows: Row[] = [];
  for (const stored of candidates(stores, lookups, plan)) {
    if (rows.length >= limit) break;
    const row = answerOf(stored);
    if (row) rows.push(row);
  }
  return rows;
}

function* candidates(
  stores: readonly ReadOnlyStore[],
  lookups: readonly KeyLookup[],
  plan: TablePullPlan,
): Iterable<StoredRow> {
  const windowed = plan.table.topic.window !== undefined;
  // A key lies in one partition; asking the others costs a map lookup each and spares knowing which.
  const seen = lookups.length > 1 ? new Set<string>() : undefined;
  const identity = keyIdentity(plan.table.schema.key);
  for (const lookup of lookups) {
    for (const store of stores) {
      for (const row of find(store, lookup, windowed, plan)) {
        if (!seen || isNew(seen, `${row.window?.start}:${row.window?.end}:${String(identity(row.key))}`))
          yield row;
      }
    }
  }
}

/** What lies on disk is read bit by bit, while queries go on. */
async function scan(
  stores: readonly ReadOnlyStore[],
  plan: TablePullPlan,
  { answerOf, limit }: Answering,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // With LIMIT the order decides what is seen: that of the keys, as in stock's sorted stores.
  const inOrder = plan.limit !== undefined && !plan.table.topic.window;
  for (const store of stores) {
    const found = new FirstRows(limit - rows.length, inOrder);
    for await (const stored of store.all(plan.keyRange)) {
      if (found.isComplete) break;
      const row = answerOf(stored);
      if (row) found.add({ key: stored.key, row });
    }
    rows.push(...found.rows());
    if (rows.length >= limit) break;
  }
  return rows;
}

interface KeyedRow {
  readonly key: Row;
  readonly row: Row;
}

/** The first rows of a store, as they come or by key. */
class FirstRows {
  private kept: KeyedRow[] = [];
  constructor(
    private readonly limit: number,
    private readonly inOrder: boolean,
  ) {}

  /** No further row can be among the first. */
  get isComplete(): boolean {
    return !this.inOrder && this.kept.length >= this.limit;
  }
  add(row: KeyedRow): void {
    this.kept.push(row);
    if (this.kept.length > 2 * this.limit + CHUNK_ROWS) this.cut();
  }
  rows(): readonly Row[] {
    this.cut();
    return this.kept.map(({ row }) => row);
  }
  private cut(): void {
    if (this.inOrder) this.kept.sort(byKey);
    this.kept.length = Math.min(this.kept.length, this.limit);
  }
}

/** Alternatives of a condition may mean the same row; it is answered once. */
function isNew(seen: Set<string>, row: string): boolean {
  return seen.size !== seen.add(row).size;
}

function byKey(a: KeyedRow, b: KeyedRow): number {
  for (let i = 0; i < a.key.length; i++) {
    const [left, right] = [a.key[i], b.key[i]] as [string | number, string | number];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function* find(
  store: ReadOnlyStore,
  lookup: KeyLookup,
  windowed: boolean,
  plan: TablePullPlan,
): Iterable<StoredRow> {
  if (!windowed) {
    const row = store.get(lookup.key);
    if (row) yield row;
    return;
  }
  const { from, to } = startRange(lookup, plan.table.topic.window?.sizeMs);
  yield* store.fetch(lookup.key, from, to);
}

/** Window starts that can satisfy both ranges; the plan's predicate decides in the end. */
function startRange(
  { windowStart, windowEnd }: KeyLookup,
  sizeMs: number | undefined,
): { from: number; to: number } {
  const start = limits(windowStart);
  const end = limits(windowEnd);
  if (sizeMs === undefined) return { from: start.from, to: Math.min(start.to, end.to) };
  return { from: Math.max(start.from, end.from - sizeMs), to: Math.min(start.to, end.to - sizeMs) };
}
function limits({ lower, upper }: TimeRange): { from: number; to: number } {
  return {
    from: lower === undefined ? 0 : lower.inclusive ? lower.ms : lower.ms + 1,
    to: upper === undefined ? Number.MAX_SAFE_INTEGER : upper.inclusive ? upper.ms : upper.ms - 1,
  };
}

function storesOf(engine: KsqlEngine, { table }: TablePullPlan): ReadOnlyStore[] {
  const query = writerOf(engine, table.name);
  const queryId = query?.id ?? engine.state.sourceQueries.get(table.name) ?? '';
  const topology: Topology | undefined = engine.topology(queryId);
  const materialization = topology?.materialization;
  if (!materialization) {
    throw new WireError(
      ERROR_CODES.badStatement,
      `The state of \`${table.name}\` is not available: its query does not run. SHOW QUERIES; and EXPLAIN tell why.`,
    );
  }
  return engine.driver
    .tasks(queryId)
    .filter(({ subTopology }) => subTopology === materialization.subTopology)
    .map(({ task }) => materialization.read(task));
}

/** The query that keeps the table; a source table has none. */
function writerOf(engine: KsqlEngine, table: string): PersistentQuery | undefined {
  return [...engine.state.queries.values()].find(
    ({ plan }) => plan.kind === 'CREATE_AS' && plan.sinkName === table,
  );
}

function* chunks(rows: readonly Row[]): Iterable<readonly Row[]> {
  for (let i = 0; i < rows.length; i += CHUNK_ROWS) yield rows.slice(i, i + CHUNK_ROWS);
}
