import type { TypeExpression } from '../ast/expressions';
import { MAX_CHAIN, parseExpression, parseStatements, parseType } from '../parser';
import { createSource } from '../source/source';
import type { SqlType } from '../types/sql-type';
import { formatExpression, formatName, formatStatement, formatString, formatType, quoteName } from './index';

const print = (text: string, aliases?: 'always' | 'written') =>
  formatStatement(parseStatements(createSource(text))[0]!.statement, { aliases });

describe('formatStatement', () => {
  it('writes aliases of sources where they were written, or always', () => {
    const text = 'CREATE STREAM o AS SELECT a.x FROM s a JOIN t ON a.k = t.k EMIT CHANGES;';
    expect(print(text)).toContain('FROM S A\nINNER JOIN T ON ((A.K = T.K))');
    expect(print(text, 'always')).toContain('FROM S A\nINNER JOIN T T ON ((A.K = T.K))');
    expect(print('EXPLAIN SELECT x FROM s;', 'always')).toBe('EXPLAIN SELECT X\nFROM S S;');
  });

  it('sorts properties by name and doubles quotes', () => {
    expect(print("CREATE STREAM s (a INT) WITH (VALUE_FORMAT='it''s', KAFKA_TOPIC='t');")).toBe(
      "CREATE STREAM S (A INTEGER) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='it''s');",
    );
  });
});

describe('formatExpression', () => {
  it('prints the longest chain that the parser takes', () => {
    const text = formatExpression(parseExpression(`a${' OR a'.repeat(MAX_CHAIN)}`));
    expect(text.startsWith('('.repeat(MAX_CHAIN) + 'A OR A)')).toBe(true);
    expect(text.length).toBe(1 + MAX_CHAIN * '( OR A)'.length);
  });
});

describe('formatType', () => {
  const resolved = (text: string): SqlType =>
    (parseType(text) as Extract<TypeExpression, { kind: 'BuiltIn' }>).type;

  it.each([
    [
      'struct<a int, `b c` map<string, decimal(4,2)>>',
      'STRUCT<A INTEGER, `b c` MAP<STRING, DECIMAL(4, 2)>>',
      'STRUCT<`A` INTEGER, `b c` MAP<STRING, DECIMAL(4, 2)>>',
    ],
    ['array<timestamp>', 'ARRAY<TIMESTAMP>', 'ARRAY<TIMESTAMP>'],
    ['varchar', 'STRING', 'STRING'],
  ])('prints %s with names quoted where they need it, or always', (text, needed, always) => {
    expect(formatType(parseType(text))).toBe(needed);
    expect(formatType(resolved(text), { quoteFields: 'always' })).toBe(always);
  });

  it('keeps custom types by name', () =>
    expect(formatType(parseType('map<string, array<thing>>'))).toBe('MAP<STRING, ARRAY<THING>>'));
});

describe('names and strings', () => {
  it.each([
    ['A_1', 'A_1'],
    ['a', '`a`'],
    ['SELECT', '`SELECT`'],
    ['TIMESTAMP', 'TIMESTAMP'],
    ['1ST', '`1ST`'],
    ['a`b', '`a``b`'],
    ['', '``'],
  ])('%j is written %s', (name, expected) => expect(formatName(name)).toBe(expected));

  it('quotes', () => expect([quoteName('A'), formatString("it's")]).toEqual(['`A`', "'it''s'"]));
});
