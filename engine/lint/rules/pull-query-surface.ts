import type { LintRule } from '../rule';

/** Pull queries read tables that are meant for them. */
export const pullQuerySurface: LintRule = {
  code: 'KE5012',
  name: 'pull-query-surface',
  severity: 'warning',
  why: 'Columns of a table that serves are a contract; those of any other may change with the next version of its query.',
  check: ({ statement }, context) => {
    if (statement.kind !== 'QueryStatement' || statement.query.emit !== undefined) return [];
    const { from } = statement.query;
    if (from.kind !== 'Source' || context.isServing(from.name) !== false) return [];
    const message = `the pull query reads "${from.name}", which does not say that it serves`;
    return [
      {
        span: from.loc,
        message,
        hint: 'Put -- serving: yes before its CREATE, or read a table that has it.',
      },
    ];
  },
};
