import { parseStatement } from '../../engine/index';
import type { AclClient } from '../acl/acl-client';
import { insertsOf } from './ksqldb-client';
import type { KsqldbClient, KsqldbState } from './ksqldb-client';
import { namedVersion, versionNamed } from './named-version';
import type { NamedVersion } from './named-version';
import type { DeclaredQuery } from './query';
import { removeObject } from './remove';
import { statementFacts } from './statement-facts';
import { liveVersions } from './versions';
import type { Versions } from './versions';

export interface RetiredInput {
  readonly ksqldb: KsqldbClient;
  readonly acls: AclClient;
  /** Names that the stack declares. */
  readonly declared: ReadonlySet<string>;
  readonly versions: Versions;
}

/**
 * Takes away the versions of declared SQL files that are no longer declared, each after those that read it, with the rights to
 * their topics; the topics stay. Pulumi knows from its state what it made; here the names say it. Returns what it did.
 * @throws Error that names what still needs one of them
 */
export async function removeRetired({ ksqldb, acls, declared, versions }: RetiredInput): Promise<string[]> {
  const isGone = (own: NamedVersion | undefined): boolean =>
    own !== undefined && !liveVersions(versions[own.object]!).includes(own.version);
  const isRetired = (name: string): boolean =>
    !declared.has(name) && isGone(versionNamed(name.toLowerCase(), versions));
  const isTopicOfRetired = (name: string): boolean => isGone(namedVersion(name, Object.keys(versions)));
  const state = await ksqldb.state();
  const left = [...state.sources]
    .filter(([name]) => isRetired(name))
    .map(([name, text]) => asDeclared(name, text));
  await endInserts(ksqldb, state, isRetired);
  const removed: string[] = [];
  while (left.length > 0) {
    const done = await removeOne(ksqldb, left);
    left.splice(left.indexOf(done), 1);
    removed.push(done.name);
  }
  const rights = (await acls.all()).filter(
    (acl) => acl.resourceType === 'TOPIC' && acl.pattern === 'LITERAL' && isTopicOfRetired(acl.resourceName),
  );
  if (rights.length > 0) await acls.delete(rights);
  return removed.map((name) => `delete query "${name}": its version is no longer declared`);
}

/** INSERT INTO between what goes makes no object of its own, and would keep both ends. */
async function endInserts(
  ksqldb: KsqldbClient,
  state: KsqldbState,
  isRetired: (name: string) => boolean,
): Promise<void> {
  const ended = insertsOf(state).filter(({ sinks }) => sinks.length > 0 && sinks.every(isRetired));
  for (const { id } of ended) await ksqldb.execute({ text: `TERMINATE ${id};`, properties: {} });
}

/** The first that nothing else needs. */
async function removeOne(ksqldb: KsqldbClient, left: readonly DeclaredQuery[]): Promise<DeclaredQuery> {
  let reason: unknown;
  for (const query of left) {
    try {
      await removeObject(ksqldb, query, { deleteTopic: false });
      return query;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

function asDeclared(name: string, text: string): DeclaredQuery {
  const parsed = parseStatement(text);
  const facts = (parsed && statementFacts(parsed.statement)) ?? { needs: [], makes: name };
  return { name, file: '(retired)', reads: [], statements: [{ text, properties: {}, facts }] };
}
