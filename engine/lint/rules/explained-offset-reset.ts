import type { LintRule } from '../rule';

/** `SET 'auto.offset.reset' = …` says in a comment why. */
export const explainedOffsetReset: LintRule = {
  code: 'KE5008',
  name: 'explained-offset-reset',
  severity: 'warning',
  why: 'It decides whether a new query reads what its topics hold, or silently leaves it out.',
  check: ({ statement, span, comments }) => {
    if (statement.kind !== 'SetProperty' || !/(^|\.)auto\.offset\.reset$/.test(statement.name)) return [];
    if (comments.some(({ text }) => /\w/.test(text))) return [];
    const message = `"${statement.name}" is set to "${statement.value}" without a comment`;
    return [{ span, message, hint: 'Say why in a comment on the line or above it.' }];
  },
};
