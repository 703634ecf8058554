import type { Expression } from '../ast/expressions';
import { KsqlError } from '../diagnostics/diagnostic';
import type { Span } from '../source/source';
import { formatExpression } from '../printer';

/** Codes of the expression layer; described in `diagnostics/codes.ts`. */
export type ExpressionCode = 'KE2404' | 'KE2405' | 'KE2406';

/** Fails an expression: a user's mistake. */
export function failExpression(code: ExpressionCode, message: string, loc?: Span, hint?: string): never {
  throw new KsqlError({ code, severity: 'error', message, span: loc, hint });
}

/** As {@link failExpression}, with the line ksqlDB adds to say which part of the statement it was. */
export function failStatement(message: string, expression: Expression): never {
  return failExpression('KE2404', `${message}\nStatement: ${formatExpression(expression)}`, expression.loc);
}
