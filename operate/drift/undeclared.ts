import { aclKey } from '../../resources/acl/acl';
import type { KindName } from '../../resources/kind';
import { liveObject } from '../../resources/query/ksqldb-client';
import { isOwned } from '../../stacks/owned';
import type { Environment } from '../../stacks/environment-schema';
import type { Access } from '../access/access';
import type { DeclaredObjects } from '../declared';
import { derivedTopics } from '../derived-topics';
import { namedVersion } from '../../resources/query/named-version';
import type { Finding } from './finding';

export interface UndeclaredInput {
  readonly access: Access;
  readonly environment: Environment;
  readonly declared: DeclaredObjects;
  /** Names of the SQL files that have versions. */
  readonly versioned: readonly string[];
}

/** Looks for what this environment owns and nobody declares. Kinds that cannot be listed are left out. */
export const UNDECLARED: Readonly<Partial<Record<KindName, (input: UndeclaredInput) => Promise<Finding[]>>>> =
  {
    topic: undeclaredTopics,
    'scram-user': undeclaredUsers,
    'plain-user': undeclaredPlainUsers,
    acl: undeclaredAcls,
    quota: undeclaredQuotas,
    subject: undeclaredSubjects,
    query: undeclaredQueries,
    connector: undeclaredConnectors,
  };

function found(kind: KindName, name: string, text = 'is there and nobody declares it'): Finding {
  return { class: 'undeclared', kind, name, text };
}

async function undeclaredTopics({
  access,
  environment,
  declared,
  versioned,
}: UndeclaredInput): Promise<Finding[]> {
  const known = new Set([
    ...declared.topic.map(({ name }) => name),
    ...derivedTopics(declared.query).map(({ name }) => name),
  ]);
  const names = await access.kafka().run('listing topics', ({ admin }) => admin.listTopics({}));
  const undeclared = names.filter((name) => isOwned(name, environment.owned.topics) && !known.has(name));
  return undeclared.sort().map((name) => found('topic', name, leftBy(name, versioned)));
}

/** A topic outlives the version of the object that wrote it. */
function leftBy(topic: string, versioned: readonly string[]): string | undefined {
  const retired = namedVersion(topic, versioned);
  return (
    retired && `was left by version ${retired.version} of ${retired.object}, which is no longer declared`
  );
}

async function undeclaredUsers({ access, environment, declared }: UndeclaredInput): Promise<Finding[]> {
  const known = new Set([...declared['scram-user'].map(({ username }) => username), ...foreign(environment)]);
  const names = await access.scramUsers().names();
  const undeclared = names.filter((name) => isOwned(name, environment.owned.principals) && !known.has(name));
  return undeclared.map((name) => found('scram-user', name));
}

async function undeclaredPlainUsers({ access, declared }: UndeclaredInput): Promise<Finding[]> {
  const known = new Set(declared['plain-user'].map(({ username }) => username));
  const names = Object.keys(await access.plainUsers().read()).filter((name) => !known.has(name));
  return names.sort().map((name) => found('plain-user', name));
}

/** Those whom others keep; the administrator is made before anything is declared. */
function foreign({ kafka, owned }: Environment): string[] {
  return [kafka.admin.username, ...owned.foreignPrincipals];
}

async function undeclaredAcls({ access, environment, declared }: UndeclaredInput): Promise<Finding[]> {
  const known = new Set(declared.acl.map(aclKey));
  const others = new Set(foreign(environment).map((name) => `User:${name}`));
  const undeclared = (await access.acls().all()).filter(
    (acl) =>
      !known.has(aclKey(acl)) && !others.has(acl.principal) && isOwnedPrincipal(acl.principal, environment),
  );
  return undeclared.map((acl) => found('acl', aclKey(acl))).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isOwnedPrincipal(principal: string, { owned }: Environment): boolean {
  return isOwned(principal.replace(/^User:/, ''), owned.principals);
}

async function undeclaredQuotas({ access, environment, declared }: UndeclaredInput): Promise<Finding[]> {
  const known = new Set(
    declared.quota.map(({ entityType, entityName }) => `${entityType} ${entityName ?? '(default)'}`),
  );
  const names = [...(await access.quotas().all()).keys()].filter((key) => !known.has(key));
  const own = names.filter((key) => isOwned(key.replace(/^\S+ /, ''), environment.owned.principals));
  return own.sort().map((key) => found('quota', key));
}

async function undeclaredSubjects({ access, environment, declared }: UndeclaredInput): Promise<Finding[]> {
  const derived = derivedTopics(declared.query).flatMap(({ name, registered }) => [
    ...(registered.key ? [`${name}-key`] : []),
    ...(registered.value ? [`${name}-value`] : []),
  ]);
  const known = new Set([...declared.subject.map(({ subject }) => subject), ...derived]);
  const names = await access.registry().subjects();
  const undeclared = names.filter((name) => isOwned(name, environment.owned.topics) && !known.has(name));
  return undeclared.sort().map((name) => found('subject', name));
}

/** ksqlDB makes this one by itself. */
const OWN_SOURCES = new Set(['KSQL_PROCESSING_LOG']);

async function undeclaredQueries({
  access,
  environment,
  declared,
  versioned,
}: UndeclaredInput): Promise<Finding[]> {
  const state = await access.ksqldb().state();
  const names = new Set([...declared.query.map(({ name }) => name), ...OWN_SOURCES]);
  const sources = [...state.sources.keys()].filter((name) => !names.has(name));
  const ids = new Set(
    declared.query.flatMap((query) => liveObject(state, query)?.queries ?? []).map(({ id }) => id),
  );
  const others = state.queries.filter(
    ({ id, sinks }) => !ids.has(id) && !sinks.some((sink) => sources.includes(sink)),
  );
  const undeclared = [
    ...sources.sort().map((name) => found('query', name, retiredText(name, versioned))),
    ...others.map(({ id, sinks }) =>
      found('query', id, `writes into ${sinks.join(', ')} and nobody declares it`),
    ),
  ];
  return undeclared.filter(({ name }) => isOwned(name, environment.owned.queries));
}

function retiredText(name: string, versioned: readonly string[]): string | undefined {
  const retired = namedVersion(name.toLowerCase(), versioned);
  return retired && `is version ${retired.version} of ${retired.object}, which is no longer declared`;
}

async function undeclaredConnectors({ access, environment, declared }: UndeclaredInput): Promise<Finding[]> {
  const urls = [...new Set(Object.values(environment.connect.clusters).map(({ url }) => url))];
  const known = new Set(declared.connector.map(({ url, name }) => `${url} ${name}`));
  const all = await Promise.all(
    urls.map(async (url) => [...(await access.connect(url).all()).keys()].map((name) => ({ url, name }))),
  );
  const undeclared = all.flat().filter(({ url, name }) => !known.has(`${url} ${name}`));
  return undeclared
    .filter(({ name }) => isOwned(name, environment.owned.connectors))
    .map(({ name }) => found('connector', name));
}
