import type { Expression, TypeExpression } from '../ast/expressions';
import type {
  AlterSource,
  ColumnConstraint,
  ConnectorStatement,
  CreateAsSelect,
  CreateSource,
  DropSource,
  DropType,
  InsertIntoSelect,
  InsertValues,
  RegisterType,
  SourceKind,
  Statement,
  TableElement,
  WithProperties,
} from '../ast/statements';
import type { Token } from '../lexer/token';
import { expression } from './expressions';
import { literal, stringLiteral } from './literals';
import { identifier, isName, sourceName } from './names';
import { query } from './queries';
import { preparationError } from './syntax-error';
import type { TokenCursor } from './token-cursor';
import { type } from './types';
import { checkInsertedValues } from './insert-values';

/**
 * create : CREATE [OR REPLACE] [SOURCE] (STREAM | TABLE) [IF NOT EXISTS] sourceName …
 *        | CREATE (SINK | SOURCE) CONNECTOR … | CREATE TYPE …
 */
export function create(c: TokenCursor): Statement {
  const start = c.expect('CREATE');
  const orReplace = c.acceptAll('OR', 'REPLACE');
  if (!orReplace && c.accept('TYPE')) return registerType(c, start);
  if (!orReplace && isConnector(c)) return createConnector(c, start);
  const isSource = c.accept('SOURCE') !== undefined;
  return createSourceOrQuery(c, { start, orReplace, isSource });
}

function isConnector(c: TokenCursor): boolean {
  return c.looksAt('SINK', 'CONNECTOR') || c.looksAt('SOURCE', 'CONNECTOR');
}

/** CREATE TYPE [IF NOT EXISTS] identifier AS type */
function registerType(c: TokenCursor, start: Token): RegisterType {
  const ifNotExists = c.acceptAll('IF', 'NOT', 'EXISTS');
  const name = identifier(c);
  c.expect('AS');
  return { kind: 'RegisterType', name, type: type(c), ifNotExists, loc: c.spanFrom(start) };
}

/** CREATE (SINK | SOURCE) CONNECTOR [IF NOT EXISTS] (identifier | STRING) WITH properties */
function createConnector(c: TokenCursor, start: Token): ConnectorStatement {
  c.take();
  c.take();
  c.acceptAll('IF', 'NOT', 'EXISTS');
  const name = nameOrString(c);
  if (c.accept('WITH')) properties(c);
  return { kind: 'ConnectorStatement', action: 'CREATE', name, loc: c.spanFrom(start) };
}

export function nameOrString(c: TokenCursor): string {
  return c.current.kind === 'String' ? stringLiteral(c) : identifier(c);
}

interface Opening {
  readonly start: Token;
  readonly orReplace: boolean;
  readonly isSource: boolean;
}

/** (STREAM | TABLE) [IF NOT EXISTS] sourceName ['(' element (',' element)* ')'] [WITH properties] [AS query] */
function createSourceOrQuery(
  c: TokenCursor,
  { start, orReplace, isSource }: Opening,
): CreateSource | CreateAsSelect {
  const sourceKind = streamOrTable(c);
  const ifNotExists = c.acceptAll('IF', 'NOT', 'EXISTS');
  const name = sourceName(c);
  const elements = c.accept('(') ? tableElements(c) : undefined;
  const withProperties: WithProperties = c.accept('WITH') ? properties(c) : new Map();
  const head = { sourceKind, name, orReplace, ifNotExists, properties: withProperties };
  // ksqlDB does not count AS among what it expected here.
  if (elements || isSource || !c.looksAt('AS')) {
    return { kind: 'CreateSource', ...head, isSource, elements: elements ?? [], loc: c.spanFrom(start) };
  }
  c.take();
  const select = query(c);
  return { kind: 'CreateAsSelect', ...head, query: select, loc: c.spanFrom(start) };
}

/** STREAM | TABLE */
export function streamOrTable(c: TokenCursor): SourceKind {
  const kind = (['STREAM', 'TABLE'] as const).find((word) => c.accept(word));
  if (!kind) throw c.noAlternative();
  return kind;
}

/** element (',' element)* ')' ; an empty list is allowed. */
function tableElements(c: TokenCursor): TableElement[] {
  return c.accept(')') ? [] : c.list(() => tableElement(c), ')');
}

/** element : identifier type [PRIMARY KEY | KEY | HEADERS | HEADER '(' STRING ')'] */
function tableElement(c: TokenCursor): TableElement {
  const start = c.current;
  const name = identifier(c);
  const columnType = type(c);
  const constraint = columnConstraint(c);
  return { name, type: columnType, constraint, loc: c.spanFrom(start) };
}

function columnConstraint(c: TokenCursor): ColumnConstraint {
  if (c.accept('KEY')) return { kind: 'KEY' };
  if (c.accept('HEADERS')) return { kind: 'HEADERS' };
  if (c.accept('PRIMARY')) return (c.expect('KEY'), { kind: 'PRIMARY KEY' });
  if (!c.accept('HEADER')) return { kind: 'NONE' };
  c.expect('(');
  const key = stringLiteral(c);
  c.expect(')');
  return { kind: 'HEADER', key };
}

/** properties : '(' [property (',' property)*] ')' */
export function properties(c: TokenCursor): WithProperties {
  c.expect('(');
  const result = new Map<string, Expression>();
  if (!c.accept(')')) c.list(() => property(c, result), ')');
  return result;
}

/** property : (identifier | STRING) '=' literal ; names are upper-cased. */
function property(c: TokenCursor, into: Map<string, Expression>): void {
  const span = c.current;
  const name = nameOrString(c).toUpperCase();
  c.expect('=');
  if (into.has(name)) {
    const message = `Duplicate config variable(s) in the WITH clause: ${name}`;
    throw preparationError({ code: 'KE1009', message, source: c.source, span, hint: 'Keep one of the two.' });
  }
  into.set(name, propertyValue(c));
}

function propertyValue(c: TokenCursor): Expression {
  const value = literal(c);
  if (value) return value;
  if (c.current.kind === 'Variable') throw c.noAlternative(`Define the variable ${c.current.text}.`);
  throw c.noAlternative(`${c.found()}; expected a string, a number, true or false.`);
}

/** drop : DROP (STREAM | TABLE) [IF EXISTS] sourceName [DELETE TOPIC] | DROP CONNECTOR … | DROP TYPE … */
export function drop(c: TokenCursor): DropSource | DropType | ConnectorStatement {
  const start = c.expect('DROP');
  if (c.accept('TYPE')) return dropType(c, start);
  if (c.accept('CONNECTOR')) return dropConnector(c, start);
  const sourceKind = streamOrTable(c);
  const ifExists = c.acceptAll('IF', 'EXISTS');
  const name = sourceName(c);
  const deleteTopic = c.accept('DELETE') !== undefined;
  if (deleteTopic) c.expect('TOPIC');
  return { kind: 'DropSource', sourceKind, name, ifExists, deleteTopic, loc: c.spanFrom(start) };
}

/** DROP TYPE [IF EXISTS] identifier */
function dropType(c: TokenCursor, start: Token): DropType {
  const ifExists = c.acceptAll('IF', 'EXISTS');
  return { kind: 'DropType', name: identifier(c), ifExists, loc: c.spanFrom(start) };
}

/** DROP CONNECTOR [IF EXISTS] (identifier | STRING) */
function dropConnector(c: TokenCursor, start: Token): ConnectorStatement {
  c.acceptAll('IF', 'EXISTS');
  return { kind: 'ConnectorStatement', action: 'DROP', name: nameOrString(c), loc: c.spanFrom(start) };
}

/**
 * alter : ALTER (STREAM | TABLE) sourceName ADD [COLUMN] identifier type ([','] ADD [COLUMN] identifier type)*
 * The reference's synopsis has no comma between the columns, its examples have.
 */
export function alterSource(c: TokenCursor): AlterSource {
  const start = c.expect('ALTER');
  const sourceKind = streamOrTable(c);
  const name = sourceName(c);
  const addColumns = [addColumn(c)];
  while (c.accept(',') || c.at('ADD')) addColumns.push(addColumn(c));
  return { kind: 'AlterSource', sourceKind, name, addColumns, loc: c.spanFrom(start) };
}

function addColumn(c: TokenCursor): { name: string; type: TypeExpression } {
  c.expect('ADD');
  if (c.at('COLUMN') && isName(c.peek())) c.take();
  const name = identifier(c);
  return { name, type: type(c) };
}

/** insert : INSERT INTO sourceName [WITH properties] query | INSERT INTO sourceName ['(' … ')'] VALUES '(' … ')' */
export function insert(c: TokenCursor): InsertIntoSelect | InsertValues {
  const start = c.expect('INSERT');
  c.expect('INTO');
  const target = sourceName(c);
  const columns = c.accept('(') ? c.list(() => identifier(c), ')') : undefined;
  if (columns || c.at('VALUES')) return insertValues(c, start, target, columns ?? []);
  const withProperties: WithProperties = c.accept('WITH') ? properties(c) : new Map();
  const select = query(c);
  return {
    kind: 'InsertIntoSelect',
    target,
    properties: withProperties,
    query: select,
    loc: c.spanFrom(start),
  };
}

/** VALUES '(' expression (',' expression)* ')' */
function insertValues(
  c: TokenCursor,
  start: Token,
  target: string,
  columns: readonly string[],
): InsertValues {
  c.expect('VALUES');
  c.expect('(');
  const values = c.list(() => expression(c), ')');
  const statement: InsertValues = { kind: 'InsertValues', target, columns, values, loc: c.spanFrom(start) };
  checkInsertedValues(statement, c.source);
  return statement;
}
