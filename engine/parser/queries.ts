import type { Expression } from '../ast/expressions';
import type {
  AliasedSource,
  Join,
  JoinType,
  Query,
  Relation,
  SelectItem,
  WindowDuration,
  WindowExpression,
  Within,
} from '../ast/statements';
import { expression } from './expressions';
import { integerValue } from './literals';
import { identifier, isName, sourceName } from './names';
import { duration } from './time-units';
import { MAX_CHAIN } from './token-cursor';
import type { TokenCursor } from './token-cursor';

/**
 * query : SELECT selectItem (',' selectItem)* FROM relation [WINDOW window] [WHERE expression]
 *         [GROUP BY grouping] [PARTITION BY grouping] [HAVING expression] [EMIT (CHANGES | FINAL)] [LIMIT number]
 */
export function query(c: TokenCursor): Query {
  const start = c.expect('SELECT');
  const select = c.list(() => selectItem(c), 'FROM');
  const from = relation(c);
  const window = c.accept('WINDOW') ? windowExpression(c) : undefined;
  const where = c.accept('WHERE') ? expression(c) : undefined;
  const groupBy = c.accept('GROUP') ? groupingAfterBy(c) : undefined;
  const partitionBy = c.accept('PARTITION') ? groupingAfterBy(c) : undefined;
  const having = c.accept('HAVING') ? expression(c) : undefined;
  const emit = c.accept('EMIT') ? refinement(c) : undefined;
  const limit = c.accept('LIMIT') ? integerValue(c) : undefined;
  const clauses = { window, where, groupBy, partitionBy, having, emit, limit };
  return { kind: 'Query', select, from, ...present(clauses), loc: c.spanFrom(start) };
}

/** The same object without the properties that are undefined. */
function present<T extends object>(clauses: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(clauses).filter(([, clause]) => clause !== undefined),
  ) as Partial<T>;
}

/** selectItem : '*' | identifier '.' '*' | expression '->' '*' | expression [[AS] identifier] */
function selectItem(c: TokenCursor): SelectItem {
  const start = c.current;
  if (c.accept('*')) return { kind: 'Star', loc: c.spanFrom(start) };
  if (isName(start) && c.peek(1).text === '.' && c.peek(2).text === '*') return qualifiedStar(c);
  const item = expression(c);
  if (c.acceptAll('->', '*')) return { kind: 'StructStar', base: item, loc: c.spanFrom(start) };
  const alias = c.accept('AS') || isName(c.current) ? { alias: identifier(c) } : {};
  return { kind: 'Column', expression: item, ...alias, loc: c.spanFrom(start) };
}

function qualifiedStar(c: TokenCursor): SelectItem {
  const start = c.current;
  const qualifier = identifier(c);
  c.expectAll('.', '*');
  return { kind: 'Star', qualifier, loc: c.spanFrom(start) };
}

/** relation : source (joinType JOIN source [WITHIN within] ON expression)* */
function relation(c: TokenCursor): Relation {
  let left: Relation = source(c);
  for (let joins = 0; ; joins++) {
    const joinType = joinTypeOf(c);
    if (!joinType) return left;
    if (joins >= MAX_CHAIN) throw c.tooDeep();
    left = join(c, left, joinType);
  }
}

function join(c: TokenCursor, left: Relation, joinType: JoinType): Join {
  const right = source(c);
  const within = c.accept('WITHIN') ? { within: withinExpression(c) } : {};
  c.expect('ON');
  const on = expression(c);
  return { kind: 'Join', joinType, left, right, on, ...within, loc: c.spanFrom(left.loc) };
}

/** joinType : [INNER] JOIN | LEFT [OUTER] JOIN | RIGHT [OUTER] JOIN | [FULL] OUTER JOIN | FULL JOIN */
function joinTypeOf(c: TokenCursor): JoinType | undefined {
  if (c.accept('JOIN')) return 'INNER';
  if (c.accept('INNER')) return (c.expect('JOIN'), 'INNER');
  const side = (['LEFT', 'RIGHT', 'FULL'] as const).find((word) => c.accept(word));
  const outer = c.accept('OUTER');
  if (!side && !outer) return undefined;
  c.expect('JOIN');
  return side === 'LEFT' || side === 'RIGHT' ? side : 'OUTER';
}

/** Words that are no alias where they begin a clause. */
const CLAUSE_STARTS: readonly (readonly string[])[] = [
  ['EMIT', 'CHANGES'],
  ['EMIT', 'FINAL'],
  ['PARTITION', 'BY'],
];

/** source : sourceName [[AS] sourceName] */
function source(c: TokenCursor): AliasedSource {
  const start = c.current;
  const name = sourceName(c);
  const startsClause = CLAUSE_STARTS.some((clause) => c.looksAt(...clause));
  const explicitAlias = c.accept('AS') !== undefined || (isName(c.current) && !startsClause);
  const alias = explicitAlias ? sourceName(c) : name;
  return { kind: 'Source', name, alias, explicitAlias, loc: c.spanFrom(start) };
}

/** within : '(' duration ',' duration ')' [GRACE PERIOD duration] | duration [GRACE PERIOD duration] */
function withinExpression(c: TokenCursor): Within {
  const [before, after] = c.accept('(') ? twoDurations(c) : sameDurations(c);
  return c.acceptAll('GRACE', 'PERIOD') ? { before, after, grace: duration(c) } : { before, after };
}

function twoDurations(c: TokenCursor): [WindowDuration, WindowDuration] {
  const before = duration(c);
  c.expect(',');
  const after = duration(c);
  c.expect(')');
  return [before, after];
}

function sameDurations(c: TokenCursor): [WindowDuration, WindowDuration] {
  const both = duration(c);
  return [both, both];
}

/** window : [identifier] (TUMBLING tumbling | HOPPING hopping | SESSION session) */
function windowExpression(c: TokenCursor): WindowExpression {
  const start = c.current;
  const named = isName(start) && c.peek().text !== '(';
  const name = named ? { name: identifier(c) } : {};
  const kind = (['TUMBLING', 'HOPPING', 'SESSION'] as const).find((word) => c.accept(word));
  if (!kind) throw c.noAlternative();
  c.expect('(');
  const shape = windowShape(c, kind);
  const bounds = windowBounds(c);
  return { ...name, ...shape, ...bounds, loc: c.spanFrom(start) };
}

type WindowShape =
  | { readonly kind: 'TUMBLING'; readonly size: WindowDuration }
  | { readonly kind: 'HOPPING'; readonly size: WindowDuration; readonly advance: WindowDuration }
  | { readonly kind: 'SESSION'; readonly gap: WindowDuration };

/** SIZE duration | SIZE duration ',' ADVANCE BY duration | duration */
function windowShape(c: TokenCursor, kind: WindowExpression['kind']): WindowShape {
  if (kind === 'SESSION') return { kind, gap: duration(c) };
  c.expect('SIZE');
  const size = duration(c);
  if (kind === 'TUMBLING') return { kind, size };
  c.expectAll(',', 'ADVANCE', 'BY');
  return { kind, size, advance: duration(c) };
}

/** [',' RETENTION duration] [',' GRACE PERIOD duration] ')' */
function windowBounds(c: TokenCursor): { retention?: WindowDuration; grace?: WindowDuration } {
  const retention = c.acceptAll(',', 'RETENTION') ? { retention: duration(c) } : {};
  const grace = c.acceptAll(',', 'GRACE', 'PERIOD') ? { grace: duration(c) } : {};
  c.forget();
  if (c.at(',')) throw (c.take(), c.noAlternative('Expected RETENTION, then GRACE PERIOD, then ")".'));
  c.expect(')');
  return { ...retention, ...grace };
}

/** BY grouping */
function groupingAfterBy(c: TokenCursor): Expression[] {
  c.expect('BY');
  return grouping(c);
}

/** grouping : expression (',' expression)* | '(' [expression (',' expression)*] ')' */
function grouping(c: TokenCursor): Expression[] {
  if (isTuple(c)) return tuple(c);
  const expressions = [expression(c)];
  while (c.accept(',')) expressions.push(expression(c));
  return expressions;
}

/** A parenthesis that holds nothing, or more than one expression, and ends the clause. */
function isTuple(c: TokenCursor): boolean {
  if (!c.looksAt('(')) return false;
  if (c.looksAt('(', ')')) return true;
  let commas = 0;
  for (let ahead = 1, depth = 1; depth > 0; ahead++) {
    const { kind, text } = c.peek(ahead);
    if (kind === 'EOF' || text === ';') return false;
    if (kind !== 'Symbol') continue;
    if (text === '(' || text === '[') depth++;
    if (text === ')' || text === ']') depth--;
    if (text === ',' && depth === 1) commas++;
  }
  return commas > 0;
}

function tuple(c: TokenCursor): Expression[] {
  c.take();
  return c.accept(')') ? [] : c.list(() => expression(c), ')');
}

/** CHANGES | FINAL */
function refinement(c: TokenCursor): 'CHANGES' | 'FINAL' {
  const kind = (['CHANGES', 'FINAL'] as const).find((word) => c.accept(word));
  if (!kind) throw c.noAlternative();
  return kind;
}
