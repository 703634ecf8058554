import type { Query } from '../../ast/statements';
import { headSpan, queryOf } from '../rule';
import type { Finding, LintContext, LintedStatement, LintRule } from '../rule';

/** GROUP BY something else than the key, and every join, say in a comment how the records come together. */
export const explainedPartitioning: LintRule = {
  code: 'KE5010',
  name: 'explained-partitioning',
  severity: 'warning',
  why: 'What belongs together must lie in one partition: a new key writes every record once more, and a join needs equal partitioning of both sides.',
  check: (linted, context) => {
    const query = queryOf(linted.statement);
    if (!query || linted.comments.some(({ text }) => /partition/i.test(text))) return [];
    return [...joinFinding(query), ...groupFinding(linted, query, context)];
  },
};

function joinFinding({ from }: Query): readonly Finding[] {
  if (from.kind === 'Source') return [];
  return [
    {
      span: from.right.loc,
      message: `the join with "${from.right.name}" does not say how both sides are partitioned`,
      hint: 'Say it in a comment: -- co-partitioned: by …, as many partitions on both sides.',
    },
  ];
}

function groupFinding(
  linted: LintedStatement,
  { from, groupBy }: Query,
  context: LintContext,
): readonly Finding[] {
  const key = from.kind === 'Source' ? context.keyOf(from.name) : undefined;
  if (!groupBy || !key) return [];
  const names = groupBy.map((expression) => (expression.kind === 'ColumnRef' ? expression.name : undefined));
  if (names.length === key.length && names.every((name, i) => name === key[i])) return [];
  return [
    {
      span: headSpan(linted),
      message: `GROUP BY gives the records of "${(from as { readonly name: string }).name}" another key than ${keyText(key)}`,
      hint: 'Give them that key in a stream of its own with PARTITION BY, or say it in a comment: -- repartitions: by ….',
    },
  ];
}

function keyText(key: readonly string[]): string {
  return key.length === 0 ? 'none' : key.map((name) => `"${name}"`).join(', ');
}
