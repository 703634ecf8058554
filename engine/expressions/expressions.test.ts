import type { FunctionCall } from '../ast/expressions';
import { KsqlError } from '../diagnostics/diagnostic';
import { builtinFunctions } from '../functions';
import { parseExpression } from '../parser';
import type { SqlType, SqlValue } from '../types/sql-type';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  STRING,
  TIMESTAMP,
  arrayOf,
  decimalType,
  mapOf,
  structOf,
} from '../types/type-rules';
import { valueToText } from '../types/value-text';
import {
  columnScope,
  compileAggregate,
  compileExpression,
  compilePredicate,
  compileTableFunction,
  inferType,
} from './index';

const COLUMNS: readonly (readonly [string, SqlType, SqlValue])[] = [
  ['I', INTEGER, 7],
  ['L', BIGINT, 9223372036854775807n],
  ['D', DOUBLE, 0.5],
  ['S', STRING, 'text'],
  ['B', BOOLEAN, true],
  ['N', INTEGER, null],
  ['A', arrayOf(INTEGER), [1, 2, 3]],
  ['M', mapOf(STRING, INTEGER), new Map([['x', 1]])],
  ['ST', structOf(['F', INTEGER], ['g', STRING]), [5, null]],
  ['TS', TIMESTAMP, 1_000],
  ['DT', DATE, 1],
  ['ROWTIME', BIGINT, 1514764800001],
];
const scope = columnScope(COLUMNS.map(([name, type]) => ({ name, type })));
const row = COLUMNS.map(([, , value]) => value);

function evaluate(sql: string): { readonly text: string; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const compiled = compileExpression(parseExpression(sql), scope, builtinFunctions);
  const value = compiled.evaluate(row, {
    now: () => 5,
    random: () => 0.5,
    onError: (message) => errors.push(message),
  });
  return { text: value === null ? 'null' : valueToText(value, compiled.type!), errors };
}
function refusal(sql: string): string {
  try {
    inferType(parseExpression(sql), scope, builtinFunctions);
  } catch (error) {
    if (error instanceof KsqlError) return error.message;
    throw error;
  }
  return 'accepted';
}

test.each([
  ['I + 1', '8'],
  ['2147483647 + I', '-2147483642'],
  ['L + 1', '-9223372036854775808'],
  ['I / 2', '3'],
  ['I / 2.0', '3.500000'],
  ['I + D', '7.5'],
  ['-I % 4', '-3'],
  ['1.20 + 2', '3.20'],
  ["S + '!'", 'text!'],
  ['A[1] + A[-1]', '4'],
  ['A[0]', 'null'],
  ['A[9]', 'null'],
  ["M['x']", '1'],
  ["M['y']", 'null'],
  ['ST->F', '5'],
  ['N = 1', 'false'],
  ['N <> 1', 'false'],
  ['N IS DISTINCT FROM 1', 'true'],
  ['N IS NOT DISTINCT FROM NULL', 'true'],
  ['NOT (N = 1)', 'true'],
  ['I BETWEEN 7 AND 7.0', 'true'],
  ['I NOT BETWEEN 1 AND 6', 'true'],
  ["I IN (1, '7', 8)", 'true'],
  ['N IN (1, NULL)', 'false'],
  ["S LIKE 't_x%'", 'true'],
  ["'a_b' LIKE 'a!_b' ESCAPE '!'", 'true'],
  ["TS = '1970-01-01T00:00:01'", 'true'],
  ["DT < '1970-01-03'", 'true'],
  ['DT > TS', 'true'],
  ["ROWTIME > '2018-01-01'", 'true'],
  ["CASE WHEN N > 0 THEN 'a' WHEN B THEN 'b' END", 'b'],
  ["CASE WHEN I > 9 THEN 'a' END", 'null'],
  ["ARRAY[NULL, I, '2e1']", '[null, 7, 20]'],
  ["MAP('k' := D)", '{k=0.5}'],
  ['STRUCT(X := I, y := S)', 'Struct{X=7,Y=text}'],
  ["CAST('2020-01-31' AS DATE)", '2020-01-31'],
  ['TRANSFORM(A, x => x * I)', '[7, 14, 21]'],
  ['REDUCE(TRANSFORM(A, x => FILTER(A, y => y > x)), 0, (s, l) => s + ARRAY_LENGTH(l))', '3'],
])('%s gives %s', (sql, text) => expect(evaluate(sql)).toEqual({ text, errors: [] }));

test.each([
  'N + 1',
  'I / 0',
  "CAST('abc' AS BIGINT)",
  "COALESCE(CAST('abc' AS INT), 1)",
  'COALESCE(N + 1, 0)',
  "TRANSFORM(A, x => CAST('q' AS INT))",
])('%s fails as a whole and says so', (sql) => {
  const { text, errors } = evaluate(sql);
  expect(text).toBe('null');
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^Error computing expression /);
});

it('takes a failing operand of a cast, or item of a constructor, for NULL', () => {
  expect(evaluate("IFNULL(CAST(PARSE_DATE(S, 'yyyy') AS STRING), 'none')")).toEqual({
    text: 'none',
    errors: [],
  });
  expect(evaluate("MAP('bad' := STRINGTODATE(S, 'yyyy'), 'good' := 3)")).toEqual({
    text: '{bad=null, good=3}',
    errors: [],
  });
});

test.each([
  [
    'B + 1.5',
    'Error processing expression: (B + 1.5). Unsupported arithmetic types. BOOLEAN DECIMAL\nStatement: (B + 1.5)',
  ],
  ['I > S', 'Cannot compare I (INTEGER) to S (STRING) with GREATER_THAN.\nStatement: (I > S)'],
  ['A < A', 'Cannot compare A (ARRAY<INTEGER>) to A (ARRAY<INTEGER>) with LESS_THAN.\nStatement: (A < A)'],
  [
    'I IN (1, true)',
    'Invalid Predicate: operator does not exist: INTEGER = BOOLEAN (true)\nHint: You might need to add explicit type casts.',
  ],
  ["I IN ('seven')", 'Invalid Predicate: invalid input syntax for type INTEGER: "seven".'],
  ['CASE WHEN B THEN NULL END', 'Invalid Case expression. All case branches have NULL type'],
  ['STRUCT(a := 1, a := 2)', "Duplicate field names found in STRUCT: 'STRUCT(A:=1, A:=2)'"],
  ['MISSING', 'Unknown column MISSING.'],
  ['ST->H', "Could not find field 'H' in 'ST'."],
  ['NOPE(1)', "Can't find any functions with the name 'NOPE'"],
  ['CAST(B AS INT)', 'Cast of BOOLEAN to INTEGER is not supported\nStatement: CAST(B AS INTEGER)'],
])('%s is refused', (sql, message) => expect(refusal(sql)).toBe(message));

it('refuses a CASE whose branches differ in type', () => {
  expect(refusal('CASE WHEN B THEN I ELSE D END')).toContain('THEN type: INTEGER. DEFAULT type: DOUBLE.');
  expect(refusal('CASE WHEN B THEN I WHEN B THEN S END')).toContain(
    "Type for all 'THEN' clauses should be the same.",
  );
});

it('lists the alternatives of a function that does not take the arguments', () => {
  expect(refusal('LCASE(I)')).toBe(
    "Function 'lcase' does not accept parameters (INTEGER).\nValid alternatives are:\nlcase(VARCHAR input)\n" +
      'For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;',
  );
  expect(refusal('GREATEST(I, L)')).toContain(
    "Function 'greatest' cannot be resolved due to ambiguous method parameters (INTEGER, BIGINT).",
  );
  expect(refusal('DATESUB(DT, 5, DT)')).toContain(
    "Function 'datesub' does not accept parameters (DATE, INTEGER, DATE).",
  );
});

it('infers types without evaluating', () => {
  const typeOf = (sql: string) => inferType(parseExpression(sql), scope, builtinFunctions);
  expect(typeOf('NULL')).toBeNull();
  expect(typeOf('1.20 * 3')).toEqual(decimalType(14, 2));
  expect(typeOf('SUM(I)')).toEqual(INTEGER);
  expect(typeOf('TOPK(I, S, 3)')).toEqual(arrayOf(structOf(['sort_col', INTEGER], ['col0', STRING])));
  expect(typeOf('LATEST_BY_OFFSET(S, 2, false)')).toEqual(arrayOf(STRING));
  expect(typeOf('EXPLODE(A)')).toEqual(INTEGER);
});

describe('predicates', () => {
  const context = { now: () => 0, random: () => 0, onError: jest.fn() };
  it('keep rows only when TRUE', () => {
    const keeps = (sql: string) =>
      compilePredicate(parseExpression(sql), scope, builtinFunctions)(row, context);
    expect([keeps('I = 7'), keeps('I = 8'), keeps('N = 7'), keeps('N + 1 = 2')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(context.onError).toHaveBeenCalledTimes(1);
  });
  it('have to be BOOLEAN', () => {
    expect(() => compilePredicate(parseExpression('D + 1.5'), scope, builtinFunctions)).toThrow(
      'Should evaluate to boolean but is (D + 1.5) (DOUBLE) instead.',
    );
  });
});

it('lets no text of a statement into the generated code', () => {
  const attack = "'); globalThis.hacked = true; (' + `${globalThis.hacked = true}`";
  expect(evaluate(`'${attack.replace(/'/g, "''")}'`).text).toBe(attack);
  expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
});

describe('aggregates', () => {
  const context = { now: () => 0, random: () => 0, onError: () => undefined };
  const inputs = columnScope([
    { name: 'X', type: INTEGER },
    { name: 'Y', type: STRING },
  ]);
  const aggregate = (sql: string) =>
    compileAggregate(parseExpression(sql) as FunctionCall, inputs, builtinFunctions);
  const fold = (sql: string, rows: readonly (readonly SqlValue[])[]) => {
    const a = aggregate(sql);
    return a.result(
      rows.reduce<SqlValue>((state, next) => a.add(state, next, context) as SqlValue, a.init()),
    );
  };
  const ROWS = [
    [3, 'a'],
    [null, null],
    [1, 'b'],
    [3, 'a'],
  ];

  /** Maps come in a class of their own. */
  const plain = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && Symbol.iterator in value
      ? [...(value as Iterable<unknown>)]
      : value;

  test.each([
    ['COUNT(*)', 4],
    ['COUNT(X)', 3],
    ['COUNT()', 4],
    ['SUM(X)', 7],
    ['AVG(X)', 7 / 3],
    ['MIN(X)', 1],
    ['MAX(Y)', 'b'],
    ['COLLECT_LIST(X)', [3, null, 1, 3]],
    ['COLLECT_SET(X)', [3, null, 1]],
    ['TOPK(X, 2)', [3, 3]],
    ['TOPKDISTINCT(X, 2)', [3, 1]],
    ['COUNT_DISTINCT(X)', 2],
    ['ATTR(Y)', null],
    ['EARLIEST_BY_OFFSET(Y, 2, false)', ['a', null]],
    ['LATEST_BY_OFFSET(X, 2)', [1, 3]],
    ['STDDEV_SAMP(X)', 4 / 3],
    ['STDDEV_SAMPLE(X)', Math.sqrt(4 / 3)],
    ["SUM(CASE WHEN Y = 'a' THEN 1 ELSE 0 END)", 2],
  ])('%s', (sql, expected) => {
    const result = fold(sql, ROWS);
    if (typeof expected === 'number') expect(result).toBeCloseTo(expected, 12);
    else expect(result).toEqual(expected);
  });
  it('HISTOGRAM counts each value', () => {
    expect(plain(fold('HISTOGRAM(Y)', ROWS))).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
  it('HISTOGRAM goes on from a state that was read back, by adding and by taking back', () => {
    const a = aggregate('HISTOGRAM(Y)');
    const read = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    const added = a.add(read, [0, 'a'], context) as SqlValue;
    expect(plain(a.result(added))).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(plain(a.result(a.remove(read, [0, 'b'], context) as SqlValue))).toEqual([['a', 2]]);
    expect(plain(read)).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
  it('CORRELATION of a line is 1', () => {
    expect(
      fold('CORRELATION(X, X * 2)', [
        [1, ''],
        [2, ''],
        [5, ''],
      ]),
    ).toBeCloseTo(1, 12);
  });

  it('take back what they added, where they say so', () => {
    for (const sql of [
      'COUNT(X)',
      'SUM(X)',
      'AVG(X)',
      'COLLECT_LIST(X)',
      'HISTOGRAM(Y)',
      'STDDEV_SAMP(X)',
      'CORRELATION(X, X)',
      'ATTR(Y)',
    ]) {
      const a = aggregate(sql);
      const before = a.add(a.init(), [3, 'a'], context) as SqlValue;
      const after = a.remove(a.add(before, [9, 'z'], context), [9, 'z'], context) as SqlValue;
      const [result, expected] = [plain(a.result(after)), plain(a.result(before))];
      expect({ sql, result }).toEqual({ sql, result: expected });
    }
    expect(aggregate('MAX(X)').supportsUndo).toBe(false);
    expect(() => aggregate('MAX(X)').remove(1, [1, ''], context) as SqlValue).toThrow(
      'MAX does not support table sources.',
    );
  });

  it('merge sessions as if all rows had come to one', () => {
    const halves = [ROWS.slice(0, 2), ROWS.slice(2)];
    for (const sql of [
      'COUNT(*)',
      'SUM(X)',
      'AVG(X)',
      'MIN(X)',
      'TOPK(X, 2)',
      'COLLECT_LIST(X)',
      'COUNT_DISTINCT(Y)',
      'LATEST_BY_OFFSET(X, 3, false)',
      'STDDEV_SAMP(X)',
    ]) {
      const a = aggregate(sql);
      const [left, right] = halves.map((rows) =>
        rows.reduce<SqlValue>((state, next) => a.add(state, next, context) as SqlValue, a.init()),
      );
      const merged = a.result(a.merge(left, right));
      const whole = fold(sql, ROWS);
      if (typeof whole === 'number') expect(merged).toBeCloseTo(whole, 12);
      else expect(merged).toEqual(whole);
    }
  });

  it('keep COUNT_DISTINCT within two percent for many values', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => [i % 20_000, '']);
    const result = fold('COUNT_DISTINCT(X)', many) as number;
    expect(Math.abs(result - 20_000) / 20_000).toBeLessThan(0.02);
  });

  it('want literals for their constants', () => {
    expect(() => aggregate('TOPK(X, X)')).toThrow(
      "Parameter 2 passed to function TOPK must be a literal constant, but was expression: 'X'",
    );
  });
});

it('gives one value a row of a table function', () => {
  const context = { now: () => 0, random: () => 0, onError: () => undefined };
  const compile = (sql: string) =>
    compileTableFunction(parseExpression(sql) as FunctionCall, scope, builtinFunctions);
  expect(compile('EXPLODE(A)').type).toEqual(INTEGER);
  expect(compile('EXPLODE(A)').evaluate(row, context)).toEqual([1, 2, 3]);
  expect(compile('CUBE_EXPLODE(ARRAY[I, N])').evaluate(row, context)).toEqual([
    [null, null],
    [7, null],
  ]);
});
