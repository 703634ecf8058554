import type { Statement } from '../../ast/statements';
import { KsqlError } from '../../diagnostics/diagnostic';
import type { PlanningContext } from '../../planner/context';
import { ERROR_CODES, toWireError, WireError } from '../http/wire-error';
import { preparedText } from './statement-text';

/** Mistakes that stock finds before it has understood the statement: it shows the text as typed. */
const BEFORE_PREPARATION = [
  /^Failed to prepare statement/,
  /^Exception while preparing statement/,
  /^Statement is missing the '/,
  /^line \d+:\d+/,
];
/** Mistakes that stock does not tie to a statement. */
const WITHOUT_STATEMENT = [
  /^Topic '.*' does not exist\. If you want to create/s,
  /^Query is not upgradeable/,
  /^A Kafka topic with the name/,
];

/** A user's mistake as stock answers it: which body, and how the statement is shown. */
export function planningError(
  error: unknown,
  statement: Statement,
  text: string,
  context: PlanningContext,
): WireError {
  if (!(error instanceof KsqlError)) return toWireError(error, text);
  const { message } = error;
  if (WITHOUT_STATEMENT.some((pattern) => pattern.test(message)))
    return new WireError(ERROR_CODES.badRequest, withPreparedExample(message, statement, text, context));
  const isEarly =
    BEFORE_PREPARATION.some((pattern) => pattern.test(message)) && statement.kind !== 'InsertValues';
  return new WireError(
    ERROR_CODES.badStatement,
    message,
    isEarly ? text : preparedText(statement, text, context),
  );
}

/** The example in the message about a missing topic is the statement with PARTITIONS added. */
function withPreparedExample(
  message: string,
  statement: Statement,
  text: string,
  context: PlanningContext,
): string {
  if (statement.kind !== 'CreateSource' || !message.endsWith(text)) return message;
  const two = { kind: 'IntegerLiteral' as const, value: 2, loc: statement.loc };
  const example = {
    ...statement,
    properties: new Map([...statement.properties, ['PARTITIONS', two] as const]),
  };
  return (
    message.slice(0, -text.length) +
    preparedText(example, text, context)
      .replace("CLEANUP_POLICY='delete', ", '')
      .replace("CLEANUP_POLICY='compact', ", '')
  );
}
