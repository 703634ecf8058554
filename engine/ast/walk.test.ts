import { parseExpression, parseStatements } from '../parser';
import { formatExpression } from '../printer';
import { createSource } from '../source/source';
import { childrenOf, expressionsOf, sourcesOf, walkExpression } from './walk';
import { withoutLocations } from './without-locations';

const query = (text: string) => {
  const { statement } = parseStatements(createSource(text))[0]!;
  if (statement.kind !== 'QueryStatement') throw new Error('not a query');
  return statement.query;
};

describe('childrenOf and walkExpression', () => {
  it.each([
    ['1', []],
    ['s.a', []],
    ['a->b[c]', ['A->B', 'C']],
    ['a + -b', ['A', '-B']],
    ['NOT (a IS NULL)', ['(A IS NULL)']],
    ["a LIKE b ESCAPE '!'", ['A', 'B']],
    ['a BETWEEN b AND c', ['A', 'B', 'C']],
    ['a IN (b, c)', ['A', 'B', 'C']],
    ['CASE WHEN a THEN b ELSE c END', ['A', 'B', 'C']],
    ['CASE a WHEN b THEN c END', ['A', 'B', 'C']],
    ['CAST(a AS INT)', ['A']],
    ['F(a, x => b)', ['A', '(X) => B']],
    ['ARRAY[a, b]', ['A', 'B']],
    ['MAP(a := b)', ['A', 'B']],
    ['STRUCT(x := a)', ['A']],
  ])('gives what stands directly in %s, in order', (text, expected) => {
    expect(childrenOf(parseExpression(text)).map(formatExpression)).toEqual(expected);
  });

  it('visits parents before children, from left to right', () => {
    expect([...walkExpression(parseExpression('f(a + b, c)'))].map(formatExpression)).toEqual([
      'F((A + B), C)',
      '(A + B)',
      'A',
      'B',
      'C',
    ]);
  });
});

describe('expressionsOf and sourcesOf', () => {
  it('find every clause and every source', () => {
    const found = query(
      'SELECT a, *, b->* FROM s JOIN t x ON c = d LEFT JOIN u ON e = f WHERE g GROUP BY h PARTITION BY i HAVING j;',
    );
    expect(expressionsOf(found).map(formatExpression)).toEqual([
      'A',
      'B',
      '(C = D)',
      '(E = F)',
      'G',
      'H',
      'I',
      'J',
    ]);
    expect(sourcesOf(found.from).map(({ name, alias }) => [name, alias])).toEqual([
      ['S', 'S'],
      ['T', 'X'],
      ['U', 'U'],
    ]);
  });
});

describe('withoutLocations', () => {
  it('makes texts that mean the same equal, and keeps maps', () => {
    const parse = (text: string) => withoutLocations(parseStatements(createSource(text))[0]!.statement);
    expect(parse("CREATE STREAM s (a INT) WITH (A=1, B='x');")).toEqual(
      parse("create stream S\n(A integer)\nwith (b='x', a=1);"),
    );
    expect(parse('SELECT a FROM s;')).not.toEqual(parse('SELECT b FROM s;'));
  });
});
