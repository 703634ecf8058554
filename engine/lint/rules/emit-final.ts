import { headSpan, queryOf } from '../rule';
import type { LintRule } from '../rule';

/** EMIT FINAL gives a window's row only when a later record closes it. */
export const emitFinal: LintRule = {
  code: 'KE5004',
  name: 'emit-final',
  severity: 'warning',
  why: 'A window closes only when a later record of the same partition arrives: without traffic the last result never comes.',
  check: (linted) =>
    queryOf(linted.statement)?.emit === 'FINAL'
      ? [
          {
            span: headSpan(linted),
            message: 'EMIT FINAL gives no result until later records close the window',
            hint: 'Use EMIT CHANGES, or send a heartbeat into every partition and say so: -- lint: allow emit-final: heartbeat.',
          },
        ]
      : [],
};
