import { aclKey } from '../../resources/acl/acl';
import type { KindName } from '../../resources/kind';
import { namedVersion } from '../../resources/query/named-version';
import { UNDECLARED as LISTS } from '../undeclared';
import type { UndeclaredInput as ListInput, UndeclaredQuery } from '../undeclared';
import type { Finding } from './finding';

export interface UndeclaredInput extends ListInput {
  /** Names of the SQL files that have versions. */
  readonly versioned: readonly string[];
}
type Look = (input: UndeclaredInput) => Promise<Finding[]>;

/** Findings of what this environment owns and nobody declares. Kinds that cannot be listed are left out. */
export const UNDECLARED: Readonly<Partial<Record<KindName, Look>>> = {
  topic: async (input) =>
    (await LISTS.topic(input)).map((name) => found('topic', name, leftBy(name, input.versioned))),
  'scram-user': named('scram-user'),
  'plain-user': named('plain-user'),
  acl: async (input) => (await LISTS.acl(input)).map((acl) => found('acl', aclKey(acl))),
  quota: async (input) => (await LISTS.quota(input)).map(({ key }) => found('quota', key)),
  subject: named('subject'),
  query: async (input) => (await LISTS.query(input)).map((one) => queryFinding(one, input.versioned)),
  connector: async (input) => (await LISTS.connector(input)).map(({ name }) => found('connector', name)),
  bucket: named('bucket'),
  'bucket-user': named('bucket-user'),
};

type NamedKind = 'scram-user' | 'plain-user' | 'subject' | 'bucket' | 'bucket-user';

function named(kind: NamedKind): Look {
  return async (input) => (await LISTS[kind](input)).map((name) => found(kind, name));
}

function found(kind: KindName, name: string, text = 'is there and nobody declares it'): Finding {
  return { class: 'undeclared', kind, name, text };
}

/** A topic outlives the version of the object that wrote it. */
function leftBy(topic: string, versioned: readonly string[]): string | undefined {
  const retired = namedVersion(topic, versioned);
  return (
    retired && `was left by version ${retired.version} of ${retired.object}, which is no longer declared`
  );
}

function queryFinding({ name, query }: UndeclaredQuery, versioned: readonly string[]): Finding {
  if (query) return found('query', name, `writes into ${query.sinks.join(', ')} and nobody declares it`);
  const retired = namedVersion(name.toLowerCase(), versioned);
  return found(
    'query',
    name,
    retired && `is version ${retired.version} of ${retired.object}, which is no longer declared`,
  );
}
