import { updateIf } from '../change';
import type { Change } from '../change';
import { compareExactly } from '../compare-properties';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import type { QuotaClient } from './quota-client';
import { parseQuota, quotaKey } from './quota';
import type { LiveQuota, Quota } from './quota';

export function quotaKind(client: QuotaClient): ResourceKind<Quota, LiveQuota> {
  return {
    name: 'quota',
    types: ['kafka:index/quota:Quota'],
    parse: (resources) => resources.map(parseQuota),
    key: quotaKey,
    read: () => client.all(),
    compare: compareQuota,
    apply: (changes) => client.set(changes),
    describe: (change) => sentence('quota', quotaKey(change.desired), change),
  };
}

/** A limit that nobody declared would slow the user down all the same: it is a difference. */
export function compareQuota(desired: Quota, live: LiveQuota | undefined): Change<Quota>[] {
  if (!live) return [{ action: 'create', desired }];
  return updateIf(desired, compareExactly(desired.config, live, 'config.'));
}

export type { LiveQuota, Quota } from './quota';
