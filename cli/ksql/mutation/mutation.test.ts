import { createSource, formatStatement, parseStatements } from '../../../engine/index';
import { hasQuery, mutate, mutationsOf } from './mutate-statement';
import { reportOf, reportText } from './report';
import type { FileMutation, Outcome } from './run-mutations';

function parse(sql: string): Parameters<typeof mutate>[0] {
  const [parsed] = parseStatements(createSource(sql));
  if (!parsed || !hasQuery(parsed.statement)) throw new Error('expected a statement with a query');
  return parsed.statement;
}

/** The broken forms, without line breaks. */
function brokenForms(sql: string): string[] {
  const statement = parse(sql);
  return mutationsOf(statement).map((_, index) =>
    formatStatement(mutate(statement, index)).replace(/\s+/g, ' '),
  );
}

const SELECT = (columns: string, rest = ''): string =>
  `CREATE STREAM made AS SELECT ${columns} FROM source ${rest} EMIT CHANGES;`;

describe('mutations of a statement', () => {
  it.each([
    ['a < b', ['A <= B']],
    ['a = b', ['A <> B']],
    ['a IS NULL', ['A IS NOT NULL']],
    ['a BETWEEN b AND c', ['A >= B', 'A <= C']],
    ['a IN (b, c)', ['A IN (C)', 'A IN (B)']],
    ['a + b', ['A - B']],
    ["COALESCE(a, '')", ['A', "COALESCE(A, '~')"]],
    ['MIN(a)', ['MAX(A)']],
    ['0.79', ['0.78']],
    ['7', ['8']],
    ['CASE WHEN a THEN b END', ['null']],
    ['CASE WHEN a THEN b WHEN c THEN d ELSE e END', ['C THEN D ELSE E', 'A THEN B ELSE E', 'A THEN B WHEN C THEN D END']],
  ])('breaks %s', (expression, forms) => {
    const broken = brokenForms(SELECT(`${expression} AS x`));
    expect(broken).toHaveLength(forms.length);
    for (const [index, form] of forms.entries()) expect(broken[index]!.replace(/[()]/g, '')).toContain(form.replace(/[()]/g, ''));
  });

  it('drops each condition, and the whole clause', () => {
    const wheres = brokenForms(SELECT('a', 'WHERE a > 1 AND b')).map((sql) => / WHERE (.*) EMIT/.exec(sql)?.[1]);
    expect(wheres[0]).toBeUndefined();
    expect(wheres.slice(1).map((it) => it!.replace(/[()]/g, ''))).toEqual(['A > 1', 'B', 'A >= 1 AND B', 'A > 2 AND B']);
  });

  it('breaks windows, grace, joins and event time', () => {
    const sql = `CREATE TABLE made WITH (TIMESTAMP = 't') AS SELECT a, COUNT(*) FROM s LEFT JOIN u ON s.a = u.a
      WINDOW TUMBLING (SIZE 1 MINUTES, RETENTION 1 HOURS, GRACE PERIOD 5 MINUTES) GROUP BY a EMIT CHANGES;`;
    const rules = mutationsOf(parse(sql)).map(({ rule }) => rule);
    expect(rules).toEqual(['join', 'comparison', 'window', 'grace', 'event time dropped']);
  });

  it('breaks what rows are grouped by in the projection too', () => {
    const sql = `CREATE TABLE made AS SELECT LCASE(a) + '|' AS k, COUNT(*) AS n FROM s GROUP BY LCASE(a) + '|' EMIT CHANGES;`;
    for (const broken of brokenForms(sql)) {
      const [, selected, grouped] = /SELECT (.*) K, COUNT\(\*\) N FROM .* GROUP BY (.*) EMIT/.exec(broken)!;
      expect(selected).toBe(grouped);
    }
  });

  it('every broken form parses, and none says the same as the statement', () => {
    const sql = SELECT("TRANSFORM(ARRAY['a', b], x => UCASE(x))[1] AS x, MAP('k' := a) AS m, -a AS n", 'WHERE NOT (a LIKE b)');
    const whole = formatStatement(parse(sql)).replace(/\s+/g, ' ');
    const broken = brokenForms(sql);
    expect(broken.length).toBeGreaterThan(5);
    for (const form of broken) {
      expect(form).not.toBe(whole);
      expect(() => parse(form)).not.toThrow();
    }
  });
});

describe('the report', () => {
  const at = { start: 0, end: 0, line: 1, column: 1 };
  const judged = (file: string, after: string, kind: Outcome['kind']) => ({
    mutation: { file, line: 3, index: 0, rule: 'number', before: '1', after, at } as FileMutation,
    outcome: { kind } as Outcome,
  });
  const all = [judged('a.sql', '2', 'noticed'), judged('a.sql', '3', 'survived'), judged('a.sql', '4', 'refused')];
  const listed = { file: 'a.sql', mutation: 'number: 1 -> 3', reason: 'only rounds what is rounded later' };

  it('counts what was noticed of what could be', () => {
    const report = reportOf(all, [], true);
    expect(report).toMatchObject({ score: 0.5, files: [{ noticed: 1, survived: 1, refused: 1, explained: 0 }] });
    expect(reportText(report)).toContain('a.sql:3 survived  number: 1 -> 3');
  });

  it('asks for no reason twice, and for none that is outdated', () => {
    expect(reportOf(all, [listed], true)).toMatchObject({ unexplained: [], outdated: [], score: 0.5 });
    const outdated = { ...listed, mutation: 'number: 1 -> 2' };
    expect(reportOf(all, [listed, outdated], true).outdated).toEqual([outdated]);
    expect(reportOf(all, [listed, outdated], false).outdated).toEqual([]);
    expect(reportOf(all, [{ ...listed, file: 'b.sql' }], true).outdated).toEqual([]);
  });
});
