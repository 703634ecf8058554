import { aclKey, parseAcl } from '../../resources/acl/acl';
import type { LiveBucket } from '../../resources/bucket/bucket';
import type { LiveBucketUser } from '../../resources/bucket-user/bucket-user';
import type { DeclaredResource } from '../../resources/declared';
import type { KindName } from '../../resources/kind';
import type { LiveState } from '../plan/live';

/** What `pulumi import --file` reads. */
export interface ImportList {
  /** URNs of parents and providers, by the names that the resources use. */
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly ImportedResource[];
}
export interface ImportedResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent?: string;
  readonly provider?: string;
}
/** A resource that no provider imports, and what happens instead. */
export interface NotImported {
  readonly type: string;
  readonly name: string;
  readonly reason: string;
}

interface Importer {
  readonly kind: KindName;
  /** Key of the object that the resource is, or belongs to. */
  readonly key: (resource: DeclaredResource) => string;
  /** Where it is not there whenever an object has its key: whether the live objects have it. */
  readonly isIn?: (resource: DeclaredResource, objects: ReadonlyMap<string, unknown>) => boolean;
  /** A text in place of an id: why there is none. */
  readonly id: (resource: DeclaredResource) => string | { readonly reason: string };
}

/** An input that is a text; its kind has checked the form. */
const input = ({ inputs }: DeclaredResource, name: string, otherwise = ''): string => {
  const value = inputs[name];
  return typeof value === 'string' ? value : otherwise;
};
const text =
  (name: string) =>
  (resource: DeclaredResource): string =>
    input(resource, name);
const own = (kind: KindName, name: string): Importer => ({ kind, key: text(name), id: text(name) });
const SETS_AGAIN = 'its provider has no import; an apply sets it, whether it is there or not';

/** How the id of each type is made, as its provider reads it (each tried with the real command line). */
const IMPORTERS: Readonly<Record<string, Importer>> = {
  'kafka:index/topic:Topic': own('topic', 'name'),
  'kafka:index/acl:Acl': { kind: 'acl', key: (resource) => aclKey(parseAcl(resource)), id: aclId },
  'kafka:index/userScramCredential:UserScramCredential': {
    kind: 'scram-user',
    key: text('username'),
    id: () => ({ reason: 'its id would hold the password; an apply sets it, whether it is there or not' }),
  },
  'kafka:index/quota:Quota': {
    kind: 'quota',
    key: (resource) => `${input(resource, 'entityType')} ${input(resource, 'entityName', '(default)')}`,
    id: () => ({ reason: SETS_AGAIN }),
  },
  'naap:kafka:PlainUser': own('plain-user', 'username'),
  'naap:registry:Subject': own('subject', 'subject'),
  'naap:ksqldb:Query': own('query', 'object'),
  'naap:connect:Connector': own('connector', 'connector'),
  'minio:index/s3Bucket:S3Bucket': own('bucket', 'bucket'),
  'minio:index/s3BucketVersioning:S3BucketVersioning': ofBucket(({ versioning }) => versioning !== undefined),
  // The bucket is kept when the stack is destroyed; its rules are not.
  'minio:index/ilmPolicy:IlmPolicy': ofBucket(({ lifecycle }) => lifecycle.length > 0),
  'minio:index/iamUser:IamUser': own('bucket-user', 'name'),
  'minio:index/iamPolicy:IamPolicy': {
    ...own('bucket-user', 'name'),
    isIn: (resource, users) =>
      [...users.values()].some(
        (user) => (user as LiveBucketUser).policies[input(resource, 'name')] !== undefined,
      ),
  },
  'minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment': {
    kind: 'bucket-user',
    key: text('userName'),
    id: (resource) => `${input(resource, 'userName')}/${input(resource, 'policyName')}`,
  },
};

function ofBucket(has: (bucket: LiveBucket) => boolean): Importer {
  const base = own('bucket', 'bucket');
  return {
    ...base,
    isIn: (resource, buckets) => {
      const found = buckets.get(base.key(resource)) as LiveBucket | undefined;
      return found !== undefined && has(found);
    },
  };
}

function aclId(resource: DeclaredResource): string {
  const parts = ['Principal', 'Host', 'Operation', 'PermissionType', 'ResourceType', 'ResourceName'];
  const own = parts.map((part) => input(resource, `acl${part}`));
  return [...own, input(resource, 'resourcePatternTypeFilter')].join('|');
}

function isThere(
  { kind, key, isIn }: Importer,
  resource: DeclaredResource,
  { objects }: Pick<LiveState, 'objects'>,
): boolean {
  const found = objects[kind] ?? new Map<string, unknown>();
  return isIn ? isIn(resource, found) : found.has(key(resource));
}

/** The resources among `declared` that are there already, as Pulumi imports them. */
export function importList(
  declared: readonly DeclaredResource[],
  live: Pick<LiveState, 'objects'>,
  { project, stack }: { readonly project: string; readonly stack: string },
): { readonly list: ImportList; readonly notImported: readonly NotImported[] } {
  const urn = (type: string, name: string): string => `urn:pulumi:${stack}::${project}::${type}::${name}`;
  const nameTable: Record<string, string> = {};
  const resources: ImportedResource[] = [];
  const notImported: NotImported[] = [];
  for (const resource of declared) {
    const importer = IMPORTERS[resource.type];
    if (!importer || !isThere(importer, resource, live)) continue;
    const { type, name, origin = {} } = resource;
    const id = importer.id(resource);
    if (typeof id !== 'string') {
      notImported.push({ type, name, ...id });
      continue;
    }
    // No resource may be named like an entry of the table.
    const parent = origin.parent && `parent:${origin.parent.name}`;
    const provider = origin.provider && `provider:${origin.provider}`;
    if (parent) nameTable[parent] = urn(origin.parent.type, origin.parent.name);
    if (provider) nameTable[provider] = urn(`pulumi:providers:${origin.provider}`, origin.provider);
    resources.push({ type, name, id, parent, provider });
  }
  return { list: { nameTable, resources }, notImported };
}
