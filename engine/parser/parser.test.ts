import { KsqlError } from '../diagnostics/diagnostic';
import { createSource } from '../source/source';
import { parseExpression, parseStatements, parseType } from './parser';
import { splitStatements } from './split';

const parse = (text: string) => parseStatements(createSource(text, 'x.sql'));

function failure(run: () => unknown): KsqlError {
  try {
    run();
  } catch (error) {
    if (error instanceof KsqlError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('parseStatements', () => {
  it('gives each statement its text, without the comments before it', () => {
    const parsed = parse('-- first\nSHOW STREAMS; /* second */ SHOW\nTABLES ;\n-- end');
    expect(parsed.map(({ text, span }) => [text, span.line, span.column])).toEqual([
      ['SHOW STREAMS;', 2, 1],
      ['SHOW\nTABLES ;', 2, 28],
    ]);
  });

  it('reads nothing from an empty text', () => expect(parse(' -- only a comment')).toEqual([]));

  it('locates nodes in the whole text', () => {
    const [, second] = parse('SHOW STREAMS;\nSELECT s.a + 1 AS b FROM s;');
    const item = second!.statement.kind === 'QueryStatement' && second!.statement.query.select[0];
    expect(item).toMatchObject({ kind: 'Column', alias: 'B', loc: { start: 21, line: 2, column: 8 } });
    expect(item && item.kind === 'Column' && item.expression.loc).toEqual({
      start: 21,
      end: 28,
      line: 2,
      column: 8,
    });
  });

  it('replaces variables that are given or defined, until they are undefined', () => {
    const text =
      "DEFINE a = 'x'; DROP STREAM ${A}${b}; DEFINE a = 'y'; DROP STREAM ${a}; UNDEFINE A; DROP STREAM ${a};";
    const names = () => parseStatements(createSource(text), { variables: new Map([['B', '1']]) });
    expect(failure(names).message).toContain("Got: '${A}'");
    const most = text.slice(0, text.indexOf('UNDEFINE'));
    const parsed = parseStatements(createSource(most), { variables: new Map([['B', '1']]) });
    expect(parsed.map(({ text: one }) => one)[1]).toBe('DROP STREAM x1;');
    expect(parsed[3]!.statement).toMatchObject({ kind: 'DropSource', name: 'Y' });
  });

  it('keeps the lines of statements that come after a replaced one', () => {
    const parsed = parseStatements(createSource('DROP STREAM ${a};\nDROP STREAM b;'), {
      variables: new Map([['a', 'long_name_indeed']]),
    });
    expect(parsed[1]!.span).toMatchObject({ line: 2, column: 1 });
    expect(parsed[0]!.source.text).toBe('DROP STREAM long_name_indeed;');
  });

  it('gives one error with place, code and source', () => {
    const { diagnostics } = failure(() => parse('SHOW STREAMS;\nDROP STREAM s t;'));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code: 'KE1001',
      severity: 'error',
      span: { line: 2, column: 15 },
    });
    expect(diagnostics[0]!.source?.name).toBe('x.sql');
  });
});

describe('parseExpression and parseType', () => {
  it('take one and nothing more', () => {
    expect(failure(() => parseExpression('a b')).code).toBe('KE1001');
    expect(failure(() => parseType('INT INT')).code).toBe('KE1001');
  });

  it('resolve built-in types at any depth, and leave custom ones to the catalog', () => {
    expect(parseType('MAP<STRING, ARRAY<INT>>')).toMatchObject({
      kind: 'BuiltIn',
      type: { kind: 'MAP', key: { kind: 'STRING' }, value: { kind: 'ARRAY', element: { kind: 'INTEGER' } } },
    });
    expect(parseType('ARRAY<thing>')).toMatchObject({
      kind: 'ArrayOf',
      element: { kind: 'Custom', name: 'THING' },
    });
  });

  it('tell the smallest type that holds a number', () => {
    expect(parseExpression('2147483647')).toMatchObject({ kind: 'IntegerLiteral', value: 2147483647 });
    expect(parseExpression('2147483648')).toMatchObject({ kind: 'LongLiteral', value: 2147483648 });
    expect(parseExpression('9007199254740993')).toMatchObject({
      kind: 'LongLiteral',
      value: 9007199254740993n,
    });
    expect(parseExpression('-9223372036854775808')).toMatchObject({
      kind: 'LongLiteral',
      value: -(2n ** 63n),
    });
    expect(parseExpression('1.10')).toMatchObject({ kind: 'DecimalLiteral', text: '1.10' });
  });
});

describe('nesting', () => {
  const deep = 20_000;
  it.each([
    ['parentheses', '('.repeat(deep) + '1' + ')'.repeat(deep)],
    ['open parentheses', '('.repeat(deep)],
    ['NOT', 'NOT '.repeat(deep) + 'a'],
    ['signs', '- '.repeat(deep) + 'a'],
    ['sums', 'a' + ' + a'.repeat(deep)],
    ['conjunctions', 'a' + ' AND a'.repeat(deep)],
    ['dereferences', 'a' + '->a'.repeat(deep)],
    ['subscripts', 'a' + '[1]'.repeat(deep)],
    ['subscripts in subscripts', 'a['.repeat(deep)],
    ['calls', 'f('.repeat(deep)],
    ['lambdas', 'f(x => '.repeat(deep)],
    ['arrays', 'ARRAY['.repeat(deep)],
    ['cases', 'CASE WHEN '.repeat(deep)],
    ['case operands', 'CASE '.repeat(deep)],
    ['casts', 'CAST('.repeat(deep)],
    ['ranges', 'a BETWEEN ('.repeat(deep)],
  ])('of many %s is refused, not a crash', (_, text) => {
    expect(failure(() => parseExpression(text)).code).toBe('KE1005');
  });

  it.each([
    ['types', 'CREATE TYPE t AS ' + 'ARRAY<'.repeat(deep)],
    ['explanations', 'EXPLAIN '.repeat(deep)],
    ['joins', 'SELECT * FROM a' + ' JOIN b ON a.k = b.k'.repeat(deep) + ';'],
  ])('of many %s is refused, not a crash', (_, text) => {
    expect(failure(() => parse(text)).code).toBe('KE1005');
  });

  it('allows what people write', () => {
    expect(() => parseExpression('('.repeat(100) + '1' + ')'.repeat(100))).not.toThrow();
    expect(() => parseExpression('a' + ' + a'.repeat(900))).not.toThrow();
    expect(() => parseExpression('a IN (' + '1, '.repeat(20_000) + '1)')).not.toThrow();
  });
});

describe('splitStatements', () => {
  it('cuts at the ends of statements only', () => {
    const pieces = splitStatements(createSource("SET 'a;b'='c'; -- x;\nSHOW /* ; */ TABLES;\nlast"));
    expect(pieces.map(({ text, terminated }) => [text, terminated])).toEqual([
      ["SET 'a;b'='c';", true],
      ['SHOW /* ; */ TABLES;', true],
      ['last', false],
    ]);
  });
});
