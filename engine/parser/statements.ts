import type { Explain, Statement } from '../ast/statements';
import { nearest } from '../diagnostics/suggest';
import * as admin from './admin';
import { alterSource, create, drop, insert } from './ddl';
import { foreignHint } from './foreign-sql';
import { identifier } from './names';
import { query } from './queries';
import { syntaxError } from './syntax-error';
import type { TokenCursor } from './token-cursor';

type Production = (c: TokenCursor) => Statement;

/** The word that a statement starts with, and its production. */
const STATEMENTS: ReadonlyMap<string, Production> = new Map<string, Production>([
  ['SELECT', queryStatement],
  ['CREATE', create],
  ['INSERT', insert],
  ['DROP', drop],
  ['DESCRIBE', admin.describe],
  ['SHOW', admin.list],
  ['LIST', admin.list],
  ['PRINT', admin.print],
  ['EXPLAIN', explain],
  ['TERMINATE', admin.terminate],
  ['PAUSE', admin.pause],
  ['RESUME', admin.resume],
  ['SET', admin.setProperty],
  ['UNSET', admin.unsetProperty],
  ['DEFINE', admin.define],
  ['UNDEFINE', admin.undefine],
  ['ALTER', alter],
  ['ASSERT', admin.assertion],
  ['RUN', admin.runScript],
]);

/** singleStatement : statement ';' */
export function singleStatement(c: TokenCursor): Statement {
  const parsed = statement(c);
  c.expect(';');
  return parsed;
}

/** statement : the production whose first word stands here */
function statement(c: TokenCursor): Statement {
  return c.nested(() => {
    const { kind, value } = c.current;
    const production = kind === 'Keyword' ? STATEMENTS.get(value) : undefined;
    if (!production) throw unknownStatement(c);
    return production(c);
  });
}

function unknownStatement(c: TokenCursor): Error {
  const { text } = c.current;
  const { candidate } = nearest(text, [...STATEMENTS.keys()]);
  return syntaxError({
    source: c.source,
    span: c.current,
    code: 'KE1002',
    detail: `Unknown statement '${text}'\nDid you mean '${candidate}'?`,
    hint:
      foreignHint([text.toUpperCase()]) ??
      `A statement starts with one of ${[...STATEMENTS.keys()].join(', ')}.`,
  });
}

/** A query on its own. */
function queryStatement(c: TokenCursor): Statement {
  const start = c.current;
  const parsed = query(c);
  return { kind: 'QueryStatement', query: parsed, loc: c.spanFrom(start) };
}

/** ALTER (SYSTEM | STREAM | TABLE) … */
function alter(c: TokenCursor): Statement {
  return c.looksAt('ALTER', 'SYSTEM') ? admin.alterSystem(c) : alterSource(c);
}

/** EXPLAIN [ANALYZE] (statement | identifier) */
function explain(c: TokenCursor): Explain {
  const start = c.expect('EXPLAIN');
  const analyze = c.at('ANALYZE') && c.peek().text !== ';' ? (c.take(), { analyze: true }) : {};
  const subject = isStatementStart(c) ? { statement: statement(c) } : { queryId: identifier(c) };
  return { kind: 'Explain', ...subject, ...analyze, loc: c.spanFrom(start) };
}

/** A word alone is a query's id, even when statements start with it. */
function isStatementStart(c: TokenCursor): boolean {
  const { kind, value } = c.current;
  return kind === 'Keyword' && STATEMENTS.has(value) && c.peek().text !== ';';
}
