import type { Change, PropertyChange } from '../change';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { poll } from '../retry';
import { sentence } from '../sentence';
import { NEXT_VERSION, compareQuery } from './compare';
import { liveObject } from './ksqldb-client';
import type { KsqldbClient } from './ksqldb-client';
import { parseQuery } from './query';
import type { DeclaredQuery, LiveObject, LiveQuery } from './query';

/** Start of a statement, with or without OR REPLACE. */
const CREATE = /^\s*CREATE\s+(OR\s+REPLACE\s+)?/i;
const RUNNING = { everyMs: 100, timeoutMs: 60_000 };

export function queryKind(client: KsqldbClient): ResourceKind<DeclaredQuery, LiveObject> {
  return {
    name: 'query',
    types: ['naap:ksqldb:Query'],
    parse: (resources) => resources.map(parseQuery),
    key: ({ name }) => name,
    read: (desired) => read(client, desired),
    compare: compareQuery,
    apply: (changes) => apply(client, changes),
    describe: (change) => `${change.desired.file}: ${sentence('query', change.desired.name, change)}`,
  };
}

async function read(
  client: KsqldbClient,
  desired: readonly DeclaredQuery[],
): Promise<ReadonlyMap<string, LiveObject>> {
  const state = await client.state();
  const found = desired.flatMap((query) => {
    const live = liveObject(state, query);
    return live ? [[query.name, live] as const] : [];
  });
  return new Map(found);
}

/** In the order of the declaration, one after the other: a statement needs those before it. */
async function apply(client: KsqldbClient, changes: readonly Change<DeclaredQuery>[]): Promise<void> {
  for (const change of changes) {
    try {
      await applyOne(client, change);
    } catch (error) {
      const { name, file } = change.desired;
      throw new ApplyError('query', name, `${file}: ${(error as Error).message}`, { cause: error });
    }
  }
  await Promise.all(changes.map(({ desired }) => waitUntilRunning(client, desired)));
}

async function applyOne(client: KsqldbClient, change: Change<DeclaredQuery>): Promise<void> {
  const { action, desired } = change;
  if (action === 'create') {
    for (const statement of desired.statements) await client.execute(statement);
  } else if (action === 'update') {
    await update(client, desired, change.properties);
  } else {
    throw new Error('it is never replaced: its next version is built beside it');
  }
}

/** What was paused goes on; anything else is made again in its place, if the server agrees. */
async function update(
  client: KsqldbClient,
  desired: DeclaredQuery,
  properties: readonly PropertyChange[],
): Promise<void> {
  if (properties.every(({ path }) => path === 'state')) {
    const live = liveObject(await client.state(), desired);
    for (const { id } of live?.queries ?? []) await client.execute({ text: `RESUME ${id};`, properties: {} });
    return;
  }
  for (const { text, properties: session } of desired.statements) {
    const replacement = { text: text.replace(CREATE, 'CREATE OR REPLACE '), properties: session };
    await client.execute(replacement).catch((error: unknown) => {
      const message = (error as Error).message;
      throw new Error(/upgrad/i.test(message) ? `${message}; ${NEXT_VERSION}` : message, { cause: error });
    });
  }
}

/** Waits until every query of the object runs. Throws with the states that it sees. */
async function waitUntilRunning(client: KsqldbClient, desired: DeclaredQuery): Promise<void> {
  const expected = desired.statements.filter(({ facts }) => facts.writesTopic ?? facts.insertsInto).length;
  if (expected === 0) return;
  let seen: readonly LiveQuery[] = [];
  const running = await poll(async () => {
    seen = liveObject(await client.state(), desired)?.queries ?? [];
    return seen.length >= expected && seen.every(({ state }) => state === 'RUNNING') ? true : undefined;
  }, RUNNING);
  if (running) return;
  const states = seen.map(({ id, state }) => `${id} is ${state}`).join(', ') || 'no query is there';
  throw new ApplyError(
    'query',
    desired.name,
    `${desired.file}: not RUNNING after ${RUNNING.timeoutMs} ms: ${states}`,
  );
}

export type { DeclaredQuery, LiveObject } from './query';
export { compareQuery } from './compare';
