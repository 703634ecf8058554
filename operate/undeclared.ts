import { aclKey } from '../resources/acl/acl';
import type { Acl } from '../resources/acl/acl';
import type { LiveConnector } from '../resources/connector/connector';
import { liveObject } from '../resources/query/ksqldb-client';
import type { LiveQuery } from '../resources/query/query';
import { quotaKey } from '../resources/quota/quota';
import type { LiveQuota } from '../resources/quota/quota';
import type { Environment } from '../stacks/environment-schema';
import { isOwned } from '../stacks/owned';
import type { Access } from './access/access';
import type { DeclaredObjects } from './declared';
import { derivedTopics } from './derived-topics';

export interface UndeclaredInput {
  readonly access: Access;
  readonly environment: Environment;
  readonly declared: DeclaredObjects;
}

/** A stream or table that nobody declares, or a query that writes into a declared one. */
export interface UndeclaredQuery {
  readonly name: string;
  readonly statement: string;
  /** Absent for a stream or table. */
  readonly query?: LiveQuery;
}
export interface UndeclaredConnector {
  readonly url: string;
  readonly name: string;
  readonly live: LiveConnector;
}
export interface UndeclaredQuota {
  readonly key: string;
  readonly live: LiveQuota;
}

/** What this environment owns and nobody declares, by kind. Kinds that cannot be listed are left out. */
export const UNDECLARED = {
  topic: undeclaredTopics,
  'scram-user': undeclaredUsers,
  'plain-user': undeclaredPlainUsers,
  acl: undeclaredAcls,
  quota: undeclaredQuotas,
  subject: undeclaredSubjects,
  query: undeclaredQueries,
  connector: undeclaredConnectors,
  bucket: undeclaredBuckets,
  'bucket-user': undeclaredBucketUsers,
} as const;

/** Those whom others keep; the administrator is made before anything is declared. */
export function foreignPrincipals({ kafka, owned }: Environment): string[] {
  return [kafka.admin.username, ...owned.foreignPrincipals];
}

async function undeclaredTopics({ access, environment, declared }: UndeclaredInput): Promise<string[]> {
  const known = new Set([
    ...declared.topic.map(({ name }) => name),
    ...derivedTopics(declared.query).map(({ name }) => name),
  ]);
  const names = await access.kafka().run('listing topics', ({ admin }) => admin.listTopics({}));
  return names.filter((name) => isOwned(name, environment.owned.topics) && !known.has(name)).sort();
}

async function undeclaredUsers({ access, environment, declared }: UndeclaredInput): Promise<string[]> {
  const known = new Set([
    ...declared['scram-user'].map(({ username }) => username),
    ...foreignPrincipals(environment),
  ]);
  const names = await access.scramUsers().names();
  return names.filter((name) => isOwned(name, environment.owned.principals) && !known.has(name));
}

async function undeclaredPlainUsers({ access, declared }: UndeclaredInput): Promise<string[]> {
  const known = new Set(declared['plain-user'].map(({ username }) => username));
  return Object.keys(await access.plainUsers().read())
    .filter((name) => !known.has(name))
    .sort();
}

async function undeclaredAcls({ access, environment, declared }: UndeclaredInput): Promise<Acl[]> {
  const known = new Set(declared.acl.map(aclKey));
  const others = new Set(foreignPrincipals(environment).map((name) => `User:${name}`));
  const undeclared = (await access.acls().all()).filter(
    (acl) =>
      !known.has(aclKey(acl)) &&
      !others.has(acl.principal) &&
      isOwned(acl.principal.replace(/^User:/, ''), environment.owned.principals),
  );
  return undeclared.sort((a, b) => (aclKey(a) < aclKey(b) ? -1 : 1));
}

async function undeclaredQuotas({
  access,
  environment,
  declared,
}: UndeclaredInput): Promise<UndeclaredQuota[]> {
  const known = new Set(declared.quota.map(quotaKey));
  const all = [...(await access.quotas().all())].map(([key, live]) => ({ key, live }));
  return all
    .filter(({ key }) => !known.has(key) && isOwned(key.replace(/^\S+ /, ''), environment.owned.principals))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function undeclaredSubjects({ access, environment, declared }: UndeclaredInput): Promise<string[]> {
  const derived = derivedTopics(declared.query).flatMap(({ name, registered }) => [
    ...(registered.key ? [`${name}-key`] : []),
    ...(registered.value ? [`${name}-value`] : []),
  ]);
  const known = new Set([...declared.subject.map(({ subject }) => subject), ...derived]);
  const names = await access.registry().subjects();
  return names.filter((name) => isOwned(name, environment.owned.topics) && !known.has(name)).sort();
}

/** ksqlDB makes this one by itself. */
const OWN_SOURCES = new Set(['KSQL_PROCESSING_LOG']);

async function undeclaredQueries({
  access,
  environment,
  declared,
}: UndeclaredInput): Promise<UndeclaredQuery[]> {
  const state = await access.ksqldb().state();
  const names = new Set([...declared.query.map(({ name }) => name), ...OWN_SOURCES]);
  const sources = [...state.sources].filter(([name]) => !names.has(name));
  const made = new Set(sources.map(([name]) => name));
  const ids = new Set(
    declared.query.flatMap((query) => liveObject(state, query)?.queries ?? []).map(({ id }) => id),
  );
  // A query that makes an undeclared object is that object; one that inserts into it is not.
  const others = state.queries.filter(
    ({ id, sinks, text }) =>
      !ids.has(id) && !(sinks.some((sink) => made.has(sink)) && !/^\s*INSERT\s/i.test(text)),
  );
  const found = [
    ...sources.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, statement]) => ({ name, statement })),
    ...others.map((query) => ({ name: query.id, statement: query.text, query })),
  ];
  return found.filter(({ name }) => isOwned(name, environment.owned.queries));
}

async function undeclaredConnectors({
  access,
  environment,
  declared,
}: UndeclaredInput): Promise<UndeclaredConnector[]> {
  const urls = [...new Set(Object.values(environment.connect.clusters).map(({ url }) => url))];
  const known = new Set(declared.connector.map(({ url, name }) => `${url} ${name}`));
  const all = await Promise.all(
    urls.map(async (url) =>
      [...(await access.connect(url).all())].map(([name, live]) => ({ url, name, live })),
    ),
  );
  return all
    .flat()
    .filter(({ url, name }) => !known.has(`${url} ${name}`))
    .filter(({ name }) => isOwned(name, environment.owned.connectors));
}

async function undeclaredBuckets({ access, environment, declared }: UndeclaredInput): Promise<string[]> {
  const known = new Set(declared.bucket.map(({ name }) => name));
  const names = await access.buckets().names();
  return names.filter((name) => isOwned(name, environment.owned.buckets) && !known.has(name));
}

async function undeclaredBucketUsers({ access, environment, declared }: UndeclaredInput): Promise<string[]> {
  const known = new Set([
    ...declared['bucket-user'].map(({ name }) => name),
    environment.lake.admin.username,
  ]);
  const names = await access.minioAdmin().userNames();
  return names.filter((name) => isOwned(name, environment.owned.bucketUsers) && !known.has(name));
}
