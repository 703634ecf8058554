import type { KindName } from '../../resources/kind';

/** What must be done before a kind; kinds that do not need each other go side by side. */
export const KIND_NEEDS: Readonly<Record<KindName, readonly KindName[]>> = {
  // A changed set restarts the brokers: nothing else may talk to them meanwhile.
  'plain-user': [],
  topic: ['plain-user'],
  'scram-user': ['plain-user'],
  acl: ['plain-user'],
  quota: ['plain-user'],
  subject: ['plain-user'],
  bucket: [],
  'bucket-user': ['bucket'],
  query: ['topic', 'acl', 'scram-user', 'subject'],
  connector: ['topic', 'acl', 'scram-user', 'subject', 'bucket-user'],
  kubernetes: [],
};

/** Kinds that live in the object store. */
export const LAKE_KINDS: ReadonlySet<KindName> = new Set(['bucket', 'bucket-user']);
