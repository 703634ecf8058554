import { z } from 'zod';
import { queryKind } from '../../query/index';
import type { DeclaredQuery, LiveObject } from '../../query/index';
import { KsqldbClient } from '../../query/ksqldb-client';
import { parseQuery } from '../../query/query';
import type { LiveQuery, QueryStatement } from '../../query/query';
import { removeObject } from '../../query/remove';
import { sameMeaning } from '../../query/compare';
import { HttpClient } from '../../http/http-client';
import { needed } from '../endpoints';
import type { ManagedType } from '../managed-type';
import type { Properties } from '../wire';
import { loginOf } from './login';

const statement = z.strictObject({
  text: z.string(),
  properties: z.record(z.string(), z.string()).default({}),
});
const form = z.strictObject({
  ksqldbUrl: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  object: z.string().min(1),
  statements: z.array(statement).min(1),
  reads: z.array(z.string()).default([]),
  file: z.string().default('(no file)'),
  version: z.int().min(1).optional(),
  /** Of the object's queries; declared it is always that they run. */
  state: z.literal('RUNNING').default('RUNNING'),
  deleteTopic: z.boolean().default(false),
});

const clientOf = (inputs: Properties): KsqldbClient =>
  new KsqldbClient(new HttpClient({ url: inputs.ksqldbUrl as string, login: loginOf(inputs) }));

const TOKEN = 'naap:ksqldb:Query';

/** `naap:ksqldb:Query`. */
export const queryType: ManagedType<DeclaredQuery, LiveObject> = {
  token: TOKEN,
  form,
  secrets: ['password'],
  judged: ['statements', 'state'],
  identity: { object: 'an object of ksqlDB has no other name: its next version is built beside it' },
  deleteBeforeReplace: false,
  adopts: 'same',
  id: ({ object }) => object as string,
  problems: statementProblems,
  kind: (inputs) => queryKind(clientOf(inputs)),
  remembered: (inputs) => asLive(declaredQuery(inputs), inputs.state as string),
  observed,
  outputs: ({ queries }) => ({ queries: queries.map(({ id, state }) => ({ id, state })) }),
  inputOf: (path) => (path === 'state' || path === 'query' ? 'state' : 'statements'),
  remove: (inputs, desired) =>
    removeObject(clientOf(inputs), desired, { deleteTopic: inputs.deleteTopic === true }),
  importInputs: (id, { ksqldb }) => {
    const { url, username, password } = needed(ksqldb, 'ksqldbUrl');
    const login = username === undefined ? {} : { username, password };
    // A statement that no server holds: what is read takes its place.
    const statements = [
      { text: `CREATE STREAM \`${id}\` (imported INT) WITH (KAFKA_TOPIC='');`, properties: {} },
    ];
    const common = { object: id, statements, reads: [], file: '(imported)', state: 'RUNNING' };
    return [{ ksqldbUrl: url, ...login, ...common, deleteTopic: false }];
  },
};

function statementProblems(inputs: Properties): string[] {
  try {
    declaredQuery(inputs);
    return [];
  } catch (error) {
    return [`statements: ${inputs.file as string}: ${(error as Error).message}`];
  }
}

function declaredQuery(inputs: Properties): DeclaredQuery {
  const options = { protect: false, retainOnDelete: false, deleteBeforeReplace: false };
  return parseQuery({ type: TOKEN, name: inputs.object as string, inputs, secrets: [], options });
}

/** The object as it would be if the statements were what runs. */
function asLive({ name, statements }: DeclaredQuery, state: string): LiveObject {
  const queries: LiveQuery[] = statements.flatMap(({ text, facts }) => {
    const writes = facts.insertsInto ?? (facts.writesTopic === undefined ? undefined : name);
    return writes === undefined || state === MISSING ? [] : [{ id: name, text, state, sinks: [writes] }];
  });
  const source = statements.find(({ facts }) => facts.makes !== undefined);
  return { statement: source?.text, queries };
}

/** No query of the object runs at all. */
const MISSING = 'MISSING';

function observed(inputs: Properties, desired: DeclaredQuery, live: LiveObject): Properties {
  const statements = desired.statements.map((item) => observedStatement(item, live));
  const state = observedState(desired, live);
  return { ...inputs, statements: statements, state };
}

/** The declared wording while it means what the server runs. */
function observedStatement({ text, properties, facts }: QueryStatement, live: LiveObject) {
  const running =
    facts.insertsInto === undefined ? [live.statement] : live.queries.map((query) => query.text);
  const known = running.filter((candidate) => candidate !== undefined);
  const same = known.some((candidate) => sameMeaning(text, candidate));
  return { text: same ? text : (known[0] ?? text), properties };
}

function observedState({ statements }: DeclaredQuery, { queries }: LiveObject): string {
  const expected = statements.filter(({ facts }) => facts.writesTopic ?? facts.insertsInto).length;
  if (queries.length === 0) return expected === 0 ? 'RUNNING' : MISSING;
  return [...new Set(queries.map(({ state }) => state))].sort().join(', ');
}
