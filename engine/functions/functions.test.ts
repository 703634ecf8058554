import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileExpression } from '../expressions';
import { parseExpression } from '../parser';
import { valueToText } from '../types/value-text';
import { builtinFunctions, formatParamType } from './index';
import type { FunctionRow } from './index';

const CONTEXT = {
  now: () => 1_600_000_000_000,
  random: () => 0.25,
  onError: (message: string) => {
    throw new Error(message);
  },
};
const NO_COLUMNS = { resolve: () => undefined };

const rows = builtinFunctions.list();

describe('examples', () => {
  const examples = rows.flatMap((row) =>
    row.examples.map((example) => [example.sql, example.result] as const),
  );
  test.each(examples)('%s = %s', (sql, result) => {
    const { type, evaluate } = compileExpression(parseExpression(sql), NO_COLUMNS, builtinFunctions);
    const value = evaluate([], CONTEXT);
    expect(value === null ? 'null' : valueToText(value, type!)).toBe(result);
  });
  test.each(rows.filter((row) => row.type === 'SCALAR').map((row) => [row.name, row] as const))(
    '%s has one',
    (_name, row) => {
      expect(row.examples.length).toBeGreaterThan(0);
    },
  );
});

it('has at most five functions that are only close to stock, each with a reason', () => {
  const close = rows.filter((row) => row.status === 'close');
  expect(close.length).toBeLessThanOrEqual(5);
  expect(close.filter((row) => row.notes === undefined)).toEqual([]);
});

it('knows which aggregates can take back a row, so that they apply to tables', () => {
  const undoable = rows.filter((row) => row.type === 'AGGREGATE' && row.supportsUndo).map((row) => row.name);
  expect(undoable).toEqual([
    'ATTR',
    'AVG',
    'COLLECT_LIST',
    'CORRELATION',
    'COUNT',
    'HISTOGRAM',
    'STDDEV_SAMP',
    'STDDEV_SAMPLE',
    'SUM',
    'SUM_LIST',
  ]);
});

interface StockFunction {
  readonly name: string;
  readonly type: string;
  readonly category: string;
  readonly variants: readonly {
    readonly arguments: readonly {
      readonly name: string;
      readonly type: string;
      readonly variadic: boolean;
    }[];
    readonly returns: string;
  }[];
}

const STOCK = join(
  process.env.NAAP_SHARED ?? join(__dirname, '../../../shared'),
  'ksqldb-rest/functions.json',
);
const stock = existsSync(STOCK) ? (JSON.parse(readFileSync(STOCK, 'utf8')) as StockFunction[]) : undefined;
// Skipped where the signatures recorded from a stock server are not at hand.
const withStock = stock === undefined ? describe.skip : describe;

function signatures(row: FunctionRow): string[] {
  return row.variants.map((v) => {
    const parameters = v.parameters.map(
      (p) => `${formatParamType(p.type)}${p.variadic ? '...' : ''} ${p.name}`,
    );
    return `(${parameters.join(', ')}) -> ${formatParamType(v.returns)}`;
  });
}

withStock(
  `against a stock server${stock ? '' : ' (skipped: ksqldb-rest is not there; set NAAP_SHARED)'}`,
  () => {
    test.each((stock ?? []).map((f) => [f.name, f] as const))(
      '%s has the signatures of stock, in its order',
      (name, expected) => {
        const row = builtinFunctions.get(name);
        expect([row.type, row.category]).toEqual([expected.type, expected.category]);
        expect(signatures(row)).toEqual(
          expected.variants.map(
            (v) =>
              `(${v.arguments.map((a) => `${a.type}${a.variadic ? '...' : ''} ${a.name}`).join(', ')}) -> ${v.returns}`,
          ),
        );
      },
    );
    it('has no function that stock has not', () => {
      expect(rows.map((row) => row.name)).toEqual([...(stock ?? [])].map((f) => f.name).sort());
    });
  },
);
