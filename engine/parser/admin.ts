import type {
  AlterSystemProperty,
  AssertSchema,
  AssertTopic,
  DefineVariable,
  Describe,
  ListStatement,
  ListTarget,
  PauseQuery,
  PrintTopic,
  ResumeQuery,
  RunScript,
  SetProperty,
  TerminateQuery,
  UndefineVariable,
  UnsetProperty,
  WithProperties,
} from '../ast/statements';
import { NotSupportedError } from '../diagnostics/diagnostic';
import type { Token } from '../lexer/token';
import { nameOrString, properties } from './ddl';
import { integerValue, stringLiteral } from './literals';
import { caseSensitiveIdentifier, identifier, sourceName } from './names';
import { duration } from './time-units';
import type { TokenCursor } from './token-cursor';

/** After these, EXTENDED may stand. */
const EXTENDABLE = ['STREAMS', 'TABLES', 'QUERIES'] as const satisfies readonly ListTarget[];
const PLAIN = [
  'FUNCTIONS',
  'PROPERTIES',
  'TYPES',
  'VARIABLES',
  'CONNECTORS',
] as const satisfies readonly ListTarget[];

/**
 * list : (LIST | SHOW) ((STREAMS | TABLES | QUERIES) [EXTENDED] | [ALL] TOPICS [EXTENDED] | FUNCTIONS | PROPERTIES
 *        | TYPES | VARIABLES | [SOURCE | SINK] CONNECTORS | CONNECTOR PLUGINS)
 */
export function list(c: TokenCursor): ListStatement {
  const start = c.take();
  const all = c.at('ALL') && c.looksAt('ALL', 'TOPICS') ? c.take() !== undefined : false;
  const target = all ? (c.take(), 'TOPICS' as const) : listTarget(c);
  const extendable: readonly ListTarget[] = [...EXTENDABLE, 'TOPICS'];
  const extended = extendable.includes(target) && c.accept('EXTENDED') !== undefined;
  return { kind: 'List', target, extended, all, loc: c.spanFrom(start) };
}

function listTarget(c: TokenCursor): ListTarget {
  const target = ([...EXTENDABLE, 'TOPICS', ...PLAIN] as const).find((word) => c.accept(word));
  if (target) return target;
  if (c.accept('CONNECTOR')) return (c.expect('PLUGINS'), 'CONNECTOR PLUGINS');
  if (!c.accept('SOURCE') && !c.accept('SINK')) throw c.noAlternative();
  c.expect('CONNECTORS');
  return 'CONNECTORS';
}

/** describe : DESCRIBE (FUNCTION identifier | CONNECTOR name | (STREAMS | TABLES | sourceName) [EXTENDED]) */
export function describe(c: TokenCursor): Describe {
  const start = c.expect('DESCRIBE');
  const target = describeTarget(c);
  const extended =
    target.kind !== 'FUNCTION' && target.kind !== 'CONNECTOR' && c.accept('EXTENDED') !== undefined;
  return { kind: 'Describe', target, extended, loc: c.spanFrom(start) };
}

function describeTarget(c: TokenCursor): Describe['target'] {
  const alone = c.peek().text === ';' || c.peek().kind === 'EOF';
  if (!alone && c.accept('FUNCTION')) return { kind: 'FUNCTION', name: nameOrString(c) };
  if (!alone && c.accept('CONNECTOR')) return { kind: 'CONNECTOR', name: nameOrString(c) };
  if (c.accept('STREAMS')) return { kind: 'STREAMS' };
  if (c.accept('TABLES')) return { kind: 'TABLES' };
  return { kind: 'SOURCE', name: sourceName(c) };
}

/** TERMINATE ([QUERY] identifier | ALL) */
export function terminate(c: TokenCursor): TerminateQuery {
  const start = c.expect('TERMINATE');
  return { kind: 'TerminateQuery', ...queryOrAll(c), loc: c.spanFrom(start) };
}

/** PAUSE (identifier | ALL) */
export function pause(c: TokenCursor): PauseQuery {
  const start = c.expect('PAUSE');
  return { kind: 'PauseQuery', ...queryOrAll(c), loc: c.spanFrom(start) };
}

/** RESUME (identifier | ALL) */
export function resume(c: TokenCursor): ResumeQuery {
  const start = c.expect('RESUME');
  return { kind: 'ResumeQuery', ...queryOrAll(c), loc: c.spanFrom(start) };
}

function queryOrAll(c: TokenCursor): { queryId?: string } {
  if (c.accept('ALL')) return {};
  if (c.looksAt('QUERY') && c.peek().text !== ';') c.take();
  return { queryId: identifier(c) };
}

/** SET STRING '=' STRING */
export function setProperty(c: TokenCursor): SetProperty {
  const start = c.expect('SET');
  return { kind: 'SetProperty', ...assignment(c), loc: c.spanFrom(start) };
}

function assignment(c: TokenCursor): { name: string; value: string } {
  const name = stringLiteral(c);
  c.expect('=');
  return { name, value: stringLiteral(c) };
}

/** UNSET STRING */
export function unsetProperty(c: TokenCursor): UnsetProperty {
  const start = c.expect('UNSET');
  return { kind: 'UnsetProperty', name: stringLiteral(c), loc: c.spanFrom(start) };
}

/** ALTER SYSTEM STRING '=' STRING */
export function alterSystem(c: TokenCursor): AlterSystemProperty {
  const start = c.expect('ALTER');
  c.expect('SYSTEM');
  return { kind: 'AlterSystemProperty', ...assignment(c), loc: c.spanFrom(start) };
}

/** DEFINE identifier '=' STRING ; the name as written. */
export function define(c: TokenCursor): DefineVariable {
  const start = c.expect('DEFINE');
  const name = caseSensitiveIdentifier(c);
  c.expect('=');
  return { kind: 'DefineVariable', name, value: stringLiteral(c), loc: c.spanFrom(start) };
}

/** UNDEFINE identifier */
export function undefine(c: TokenCursor): UndefineVariable {
  const start = c.expect('UNDEFINE');
  return { kind: 'UndefineVariable', name: caseSensitiveIdentifier(c), loc: c.spanFrom(start) };
}

/** PRINT (identifier | STRING) [FROM BEGINNING] [(INTERVAL | SAMPLE) number] [LIMIT number] */
export function print(c: TokenCursor): PrintTopic {
  const start = c.expect('PRINT');
  const topic = topicName(c);
  const fromBeginning = c.accept('FROM') !== undefined;
  if (fromBeginning) c.expect('BEGINNING');
  const interval = c.accept('INTERVAL') || c.accept('SAMPLE') ? { interval: integerValue(c) } : {};
  const limit = c.accept('LIMIT') ? { limit: integerValue(c) } : {};
  return { kind: 'PrintTopic', topic, fromBeginning, ...interval, ...limit, loc: c.spanFrom(start) };
}

/** Topics keep their case. */
function topicName(c: TokenCursor): string {
  return c.current.kind === 'String' ? stringLiteral(c) : caseSensitiveIdentifier(c);
}

/** RUN SCRIPT STRING */
export function runScript(c: TokenCursor): RunScript {
  const start = c.expect('RUN');
  c.expect('SCRIPT');
  return { kind: 'RunScript', path: stringLiteral(c), loc: c.spanFrom(start) };
}

/** assert : ASSERT [NOT EXISTS] (TOPIC … | SCHEMA …) ; ASSERT VALUES and its like are for test scripts only. */
export function assertion(c: TokenCursor): AssertTopic | AssertSchema {
  const start = c.expect('ASSERT');
  const exists = !c.acceptAll('NOT', 'EXISTS');
  if (c.accept('TOPIC')) return assertTopic(c, start, exists);
  if (c.accept('SCHEMA')) return assertSchema(c, start, exists);
  const testOnly = ['VALUES', 'NULL', 'STREAM', 'TABLE'].find((word) => c.looksAt(word));
  if (exists && testOnly) throw new NotSupportedError(`ASSERT ${testOnly}`, c.spanFrom(start), c.source);
  throw c.noAlternative();
}

/** TOPIC name [WITH properties] [TIMEOUT duration] */
function assertTopic(c: TokenCursor, start: Token, exists: boolean): AssertTopic {
  const topic = topicName(c);
  const config: WithProperties = c.accept('WITH') ? properties(c) : new Map();
  const timeout = c.accept('TIMEOUT') ? { timeout: duration(c) } : {};
  return { kind: 'AssertTopic', topic, config, exists, ...timeout, loc: c.spanFrom(start) };
}

/** SCHEMA [SUBJECT name] [ID number] [TIMEOUT duration] */
function assertSchema(c: TokenCursor, start: Token, exists: boolean): AssertSchema {
  const subject = c.accept('SUBJECT') ? { subject: topicName(c) } : {};
  const id = c.accept('ID') ? { id: integerValue(c) } : {};
  const timeout = c.accept('TIMEOUT') ? { timeout: duration(c) } : {};
  return { kind: 'AssertSchema', ...subject, ...id, exists, ...timeout, loc: c.spanFrom(start) };
}
