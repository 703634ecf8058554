import type { KindName } from '../../resources/kind';

/** What must be done before a kind; kinds that do not need each other go side by side. */
export const KIND_NEEDS: Readonly<Record<KindName, readonly KindName[]>> = {
  'plain-user': [],
  topic: [],
  'scram-user': [],
  acl: [],
  quota: [],
  subject: [],
  bucket: [],
  'bucket-user': ['bucket'],
  query: ['topic', 'acl', 'scram-user', 'subject'],
  connector: ['topic', 'acl', 'scram-user', 'subject', 'bucket-user'],
  kubernetes: [],
};

/** Kinds that live in the object store. */
export const LAKE_KINDS: ReadonlySet<KindName> = new Set(['bucket', 'bucket-user']);
