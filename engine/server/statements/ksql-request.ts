import type { Statement } from '../../ast/statements';
import { KsqlError } from '../../diagnostics/diagnostic';
import { parseStatements, splitStatements } from '../../parser';
import type { ParsedStatement } from '../../parser';
import { isPlannable } from '../../planner/plan-statement';
import { createSource } from '../../source/source';
import { ERROR_CODES, toWireError, WireError } from '../http/wire-error';
import { answerQuestion, validateQuestion } from './questions';
import type { KsqlEngine, PlannedStatement, SessionStatement } from './ksql-engine';
import { checkOverrides, effectiveConfig } from './session-config';

export interface KsqlRequest {
  readonly ksql: string;
  readonly streamsProperties: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Statements of a text, with ksqlDB's answer to those that cannot be read. */
export function parseRequest(ksql: string, variables: Readonly<Record<string, string>>): ParsedStatement[] {
  const source = createSource(ksql);
  try {
    return parseStatements(source, { variables: new Map(Object.entries(variables)) });
  } catch (error) {
    if (!(error instanceof KsqlError)) throw error;
    throw new WireError(ERROR_CODES.badStatement, error.message, maskValues(failingText(ksql, error)));
  }
}

/** Values of an INSERT may be private: stock masks them, and so does every answer here. */
function maskValues(text: string): string {
  const insert = /^\s*INSERT\s+INTO\s+(`[^`]+`|\w+)\s*(?:\(([^)]*)\))?\s*VALUES\s*\((.*)\)\s*;?\s*$/is.exec(
    text,
  );
  if (!insert) return text;
  const name = (word: string) => (word.startsWith('`') ? word : `\`${word.toUpperCase()}\``);
  const columns =
    insert[2] === undefined
      ? ''
      : ` (${insert[2]
          .split(',')
          .map((word) => name(word.trim()))
          .join(', ')})`;
  const values = insert[3]!
    .split(',')
    .map(() => "'[value]'")
    .join(', ');
  return `INSERT INTO ${name(insert[1]!)}${columns} VALUES (${values});`;
}

/** The statement that the error lies in. */
function failingText(ksql: string, error: KsqlError): string {
  const offset = error.diagnostics[0]?.span?.start;
  try {
    const statements = splitStatements(createSource(ksql));
    return (
      (statements.find(({ span }) => offset !== undefined && offset <= span.end) ?? statements.at(-1))
        ?.text ?? ksql
    );
  } catch {
    return ksql;
  }
}

/**
 * One request to `/ksql`: all statements are validated, each seeing what those before it would do, before the first one runs.
 */
export async function runKsqlRequest(engine: KsqlEngine, request: KsqlRequest): Promise<object[]> {
  const parsed = parseRequest(request.ksql, request.variables);
  const limit = engine.deps.config.limits.maxStatementsPerRequest;
  if (parsed.length > limit)
    throw new WireError(
      ERROR_CODES.badRequest,
      `The request has ${parsed.length} statements, the limit is ${limit} (ksql.max.statements.per.request).`,
    );
  checkOverrides(request.streamsProperties, parsed[0]?.text ?? '');
  const statements = withSettings(engine, parsed, request);
  if (statements.length === 0) return [];
  if (!statements.some(({ parsed: { statement } }) => isPlannable(statement)))
    return answerAll(engine, statements);
  const run = async (): Promise<object[]> => {
    const planned = await rehearseAll(engine, statements);
    // The plan of a later statement may rest on what those before it made: only a lone one is carried out as rehearsed.
    return answerAll(engine, statements, statements.length === 1 ? planned : undefined);
  };
  // Inserts may come without end: records must not wait for them.
  const isInsert = statements.every(({ parsed: { statement } }) => statement.kind === 'InsertValues');
  if (isInsert) engine.driver.goOn();
  return engine.exclusively(() => (isInsert ? run() : engine.driver.givingWay(run)));
}

/** SET, UNSET, DEFINE and UNDEFINE hold from the next statement on. */
function withSettings(
  engine: KsqlEngine,
  parsed: readonly ParsedStatement[],
  request: KsqlRequest,
): SessionStatement[] {
  let overrides = request.streamsProperties;
  let variables = request.variables;
  return parsed.map((item) => {
    const { statement } = item;
    if (statement.kind === 'SetProperty') {
      overrides = { ...overrides, [statement.name]: statement.value };
      checkOverrides({ [statement.name]: statement.value }, item.text);
    }
    if (statement.kind === 'UnsetProperty')
      overrides = Object.fromEntries(Object.entries(overrides).filter(([name]) => name !== statement.name));
    if (statement.kind === 'DefineVariable') variables = { ...variables, [statement.name]: statement.value };
    if (statement.kind === 'UndefineVariable')
      variables = Object.fromEntries(Object.entries(variables).filter(([name]) => name !== statement.name));
    return { parsed: item, overrides, config: effectiveConfig(engine.deps.config, overrides), variables };
  });
}

/** Gives the last statement's plan. */
async function rehearseAll(
  engine: KsqlEngine,
  statements: readonly SessionStatement[],
): Promise<PlannedStatement | undefined> {
  const world = await engine.readWorld(statements[0]?.parsed.statement);
  let state = engine.state;
  let planned: PlannedStatement | undefined;
  let position = 0;
  for (const statement of statements) {
    refuseElsewhere(statement.parsed.statement, statement.parsed.text);
    await wrapped(statement.parsed.text, async () => {
      await validateQuestion(engine, state, statement);
      ({ state, planned } = await engine.rehearse(state, world, statement, position++));
    });
  }
  return planned;
}

async function answerAll(
  engine: KsqlEngine,
  statements: readonly SessionStatement[],
  planned?: PlannedStatement,
): Promise<object[]> {
  const entities: object[] = [];
  for (const statement of statements) {
    const { parsed } = statement;
    refuseElsewhere(parsed.statement, parsed.text);
    const entity = await wrapped(
      parsed.text,
      () =>
        isPlannable(parsed.statement)
          ? change(engine, statement, planned)
          : answerQuestion(engine, statement),
      entities,
    );
    if (entity) entities.push(entity);
  }
  return entities;
}

async function change(
  engine: KsqlEngine,
  statement: SessionStatement,
  planned: PlannedStatement | undefined,
): Promise<object | undefined> {
  const outcome = await engine.execute(statement, planned);
  if (outcome === undefined) return undefined;
  if ('warning' in outcome)
    return {
      '@type': 'warning_entity',
      statementText: statement.parsed.text,
      message: outcome.warning,
      warnings: [],
    };
  return {
    '@type': 'currentStatus',
    statementText: outcome.statementText,
    commandId: outcome.commandId,
    commandStatus: { status: 'SUCCESS', message: outcome.message, queryId: outcome.queryId },
    commandSequenceNumber: outcome.offset,
    warnings: [],
  };
}

/** Queries and PRINT have endpoints of their own. */
function refuseElsewhere(statement: Statement, text: string): void {
  if (statement.kind === 'PrintTopic' || statement.kind === 'QueryStatement') {
    const message =
      "The following statement types should be issued to the websocket endpoint '/query':\n\t* PRINT\n\t* SELECT";
    throw new WireError(ERROR_CODES.queryEndpoint, message, text);
  }
}

/** Errors that are not answers yet become those of the statement; what ran before is told with them. */
async function wrapped<T>(text: string, action: () => Promise<T>, done: readonly object[] = []): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const wire = toWireError(error, text);
    throw done.length === 0 || wire.statementText === undefined
      ? wire
      : new WireError(wire.errorCode, wire.message, wire.statementText, done);
  }
}
