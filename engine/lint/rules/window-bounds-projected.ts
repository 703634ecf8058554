import { walkExpression } from '../../ast/walk';
import type { SelectItem } from '../../ast/statements';
import { headSpan, queryOf } from '../rule';
import type { LintRule } from '../rule';

const BOUNDS = ['WINDOWSTART', 'WINDOWEND'] as const;

/** A windowed aggregate names its window in columns of the value. */
export const windowBoundsProjected: LintRule = {
  code: 'KE5005',
  name: 'window-bounds-projected',
  severity: 'warning',
  why: 'The window is otherwise only in the bytes of the record’s key, which a sink into the lake does not unfold.',
  check: (linted) => {
    const query = queryOf(linted.statement);
    if (!query?.window || !query.groupBy) return [];
    const missing = BOUNDS.filter((bound) => !query.select.some((item) => mentions(item, bound)));
    if (missing.length === 0) return [];
    const aliased = missing.map((bound) => `${bound} AS ${ALIAS[bound]}`).join(', ');
    return [
      {
        span: headSpan(linted),
        message: `the windowed rows do not hold ${missing.join(' and ')}`,
        hint: `Select ${aliased}.`,
      },
    ];
  },
};

const ALIAS = { WINDOWSTART: 'window_start', WINDOWEND: 'window_end' } as const;

function mentions(item: SelectItem, name: string): boolean {
  if (item.kind !== 'Column') return false;
  return [...walkExpression(item.expression)].some((node) => node.kind === 'ColumnRef' && node.name === name);
}
