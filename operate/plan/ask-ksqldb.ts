import type { KsqldbClient } from '../../resources/query/ksqldb-client';
import { ALWAYS_FAILS, isExpectedFailure } from '../access/dry-run';
import type { StatementInput } from '../sql/world';

/** A statement that is about to be sent, in the order in which it would be. */
export interface AskedStatement extends StatementInput {
  /** The object that it makes. */
  readonly name: string;
}

/**
 * The server's own verdict on statements, none of which is run: all in one request, and only when one is refused one after the
 * other, each with those before it that were taken. Returns the reason for each object that the server refuses.
 */
export async function askKsqldb(
  client: KsqldbClient,
  statements: readonly AskedStatement[],
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  if (statements.length === 0 || (await objection(client, statements)) === undefined) return refused;
  const taken: AskedStatement[] = [];
  for (const statement of statements) {
    const reason = await objection(client, [...taken, statement]);
    if (reason === undefined) taken.push(statement);
    else if (!refused.has(statement.name))
      refused.set(statement.name, await explained(client, statement, reason));
  }
  return refused;
}

/** Undefined: the server would take all of them. */
async function objection(
  client: KsqldbClient,
  statements: readonly AskedStatement[],
): Promise<string | undefined> {
  const properties = Object.assign({}, ...statements.map((one) => one.properties)) as Record<string, string>;
  const text = [...statements.map((one) => one.text.trim()), ALWAYS_FAILS].join('\n');
  const message = await client.objection(text, properties);
  if (message === undefined) throw new Error('the server ran a request that was made to fail');
  return isExpectedFailure(message) ? undefined : message;
}

const CREATE_AS = /^\s*CREATE\s+(STREAM|TABLE)\b[\s\S]*\bAS\s+SELECT\b/i;

/** EXPLAIN runs the statement in a sandbox of its own and may say more. */
async function explained(
  client: KsqldbClient,
  { text, properties }: AskedStatement,
  reason: string,
): Promise<string> {
  if (!CREATE_AS.test(text)) return reason;
  const more = await client.objection(`EXPLAIN ${text.trim()}`, properties).catch(() => undefined);
  return more === undefined || more === reason || reason.includes(more)
    ? reason
    : `${reason} (EXPLAIN: ${more})`;
}
