import { queryOf } from '../rule';
import type { LintRule } from '../rule';

/** `SELECT *`, `s.*` and `struct->*` in a persistent query. */
export const noSelectStar: LintRule = {
  code: 'KE5002',
  name: 'no-select-star',
  severity: 'error',
  why: 'A star is resolved once, when the query is made: columns that are added to its source later never come through.',
  check: ({ statement }) =>
    (queryOf(statement)?.select ?? [])
      .filter((item) => item.kind !== 'Column')
      .map((item) => ({
        span: item.loc,
        message: 'a persistent query selects a star',
        hint: 'Name the columns.',
      })),
};
