/**
 * How fast compiled expressions and aggregates run, without stores, serdes and a broker: `npx tsx bench/expressions.ts`.
 * Prints rows a second; the first rounds include compilation by V8.
 */
import type { FunctionCall } from '../engine/ast/expressions';
import { columnScope, compileAggregate, compileExpression, compilePredicate } from '../engine/expressions';
import { builtinFunctions } from '../engine/functions';
import { parseExpression } from '../engine/parser';
import type { SqlValue } from '../engine/types/sql-type';
import { BIGINT, DOUBLE, STRING } from '../engine/types/type-rules';

const ROWS = 10_000;
const PASSES = 100;
const ROUNDS = 5;

const scope = columnScope([
  { name: 'ORCH', type: STRING },
  { name: 'UTIL', type: DOUBLE },
  { name: 'LATENCY', type: BIGINT },
  { name: 'STATE', type: STRING },
  { name: 'DATA', type: STRING },
]);
const context = { now: Date.now, random: Math.random, onError: () => undefined };
const rows: readonly (readonly SqlValue[])[] = Array.from({ length: ROWS }, (_, i) => [
  `o${i % 50}`,
  (i * 7919) % 100,
  (i * 104_729) % 1000,
  i % 3 === 0 ? 'bad' : 'ok',
  JSON.stringify({ type: 'x', data: { request_id: `r${i}`, latency: i, gpu: { id: 'g', memory: 123_456 } } }),
]);

function measure(name: string, run: (row: readonly SqlValue[]) => unknown): void {
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    let used = 0;
    for (let pass = 0; pass < PASSES; pass++) for (const row of rows) if (run(row) === true) used++;
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(
      `${name}: ${Math.round((ROWS * PASSES) / seconds).toLocaleString('en-US')} rows/s (${used} true)`,
    );
  }
}

const where = compilePredicate(
  parseExpression('UTIL BETWEEN 1 AND 99.5 AND LATENCY BETWEEN 0 AND 100000'),
  scope,
  builtinFunctions,
);
const key = compileExpression(parseExpression('ORCH'), scope, builtinFunctions);
const aggregates = [
  'COUNT(*)',
  'SUM(LATENCY)',
  'MAX(UTIL)',
  'MIN(LATENCY)',
  'AVG(UTIL)',
  "SUM(CASE WHEN STATE = 'ok' AND LATENCY < 500 THEN 1 ELSE 0 END)",
].map((sql) => compileAggregate(parseExpression(sql) as FunctionCall, scope, builtinFunctions));

const states = new Map<SqlValue, readonly SqlValue[]>();
measure('WHERE of two BETWEENs', (row) => where(row, context));
measure('WHERE, group key and six aggregates', (row) => {
  if (!where(row, context)) return;
  const group = key.evaluate(row, context);
  const state = states.get(group) ?? aggregates.map((a) => a.init() as SqlValue);
  states.set(
    group,
    aggregates.map((a, i) => a.add(state[i], row, context) as SqlValue),
  );
});
const fields = ['$.type', '$.data.request_id', '$.data.latency', '$.data.gpu.id'].map((path) =>
  compileExpression(parseExpression(`EXTRACTJSONFIELD(DATA, '${path}')`), scope, builtinFunctions),
);
measure('four EXTRACTJSONFIELD', (row) => {
  for (const field of fields) field.evaluate(row, context);
});
