import type { Change } from '../change';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import { aclKey, parseAcl } from './acl';
import type { Acl } from './acl';
import type { AclClient } from './acl-client';

export function aclKind(client: AclClient): ResourceKind<Acl, Acl> {
  return {
    name: 'acl',
    types: ['kafka:index/acl:Acl'],
    parse: (resources) => resources.map(parseAcl),
    key: aclKey,
    read: async () => new Map((await client.all()).map((acl) => [aclKey(acl), acl])),
    compare: compareAcl,
    apply: (changes) => client.create(changes.map(created)),
    describe: (change) => sentence('acl', aclKey(change.desired), change),
  };
}

/** An entry is there or not. */
export function compareAcl(desired: Acl, live: Acl | undefined): Change<Acl>[] {
  return live ? [] : [{ action: 'create', desired }];
}

function created(change: Change<Acl>): Acl {
  if (change.action === 'create') return change.desired;
  throw new ApplyError('acl', aclKey(change.desired), 'an entry can only be created');
}

export type { Acl } from './acl';
export { aclKey } from './acl';
