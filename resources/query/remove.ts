import { parseStatement } from '../../engine/index';
import { liveObject } from './ksqldb-client';
import type { KsqldbClient, KsqldbState } from './ksqldb-client';
import type { DeclaredQuery, LiveQuery } from './query';
import { statementFacts } from './statement-facts';

/** `CREATE [OR REPLACE] [SOURCE] STREAM|TABLE`. */
const SOURCE_KIND = /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:SOURCE\s+)?(STREAM|TABLE)\b/i;

export interface RemoveOptions {
  /** Also its topic, with everything in it. */
  readonly deleteTopic: boolean;
}

/**
 * Ends the queries of an object and drops it; nothing is done when it is gone already. What else reads or writes it
 * must have gone before: whoever plans removes dependants first, and nothing that stays is ever dropped along.
 * @throws Error that names what still needs it
 */
export async function removeObject(
  client: KsqldbClient,
  desired: DeclaredQuery,
  { deleteTopic }: RemoveOptions,
): Promise<void> {
  const state = await client.state();
  const live = liveObject(state, desired);
  if (!live) return;
  const own = new Set(live.queries.map(({ id }) => id));
  const dependants = live.statement === undefined ? [] : dependantsOf(desired.name, state, own);
  if (dependants.length > 0)
    throw new Error(
      `${desired.name} stays: ${dependants.join(', ')} ${dependants.length > 1 ? 'need' : 'needs'} it; ` +
        'take their declaration away with it, or remove them first',
    );
  for (const id of own) await client.execute({ text: `TERMINATE ${id};`, properties: {} });
  if (live.statement === undefined) return;
  const kind = SOURCE_KIND.exec(live.statement)?.[1]?.toUpperCase() ?? 'STREAM';
  const topic = deleteTopic ? ' DELETE TOPIC' : '';
  await client.execute({ text: `DROP ${kind} IF EXISTS \`${desired.name}\`${topic};`, properties: {} });
}

/** Queries of others that read the object or write into it. */
function dependantsOf(name: string, { queries }: KsqldbState, own: ReadonlySet<string>): string[] {
  return queries
    .filter((query) => !own.has(query.id) && needsObject(query, name))
    .map(({ id, sinks }) => `query ${id}${sinks.length > 0 ? ` (writes ${sinks.join(', ')})` : ''}`);
}

function needsObject({ text, sinks }: LiveQuery, name: string): boolean {
  if (sinks.includes(name)) return true;
  try {
    const parsed = parseStatement(text);
    return (parsed && statementFacts(parsed.statement)?.needs.includes(name)) ?? false;
  } catch {
    // A newer server's statement: the server itself refuses the DROP when it reads the object.
    return false;
  }
}
