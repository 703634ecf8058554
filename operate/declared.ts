import type { Acl } from '../resources/acl/acl';
import type { Connector } from '../resources/connector/connector';
import type { DeclaredResource } from '../resources/declared';
import { groupByKind } from '../resources/group-by-kind';
import type { KindName } from '../resources/kind';
import type { PlainUser } from '../resources/plain-user/index';
import type { DeclaredQuery } from '../resources/query/query';
import type { Quota } from '../resources/quota/quota';
import type { ScramUser } from '../resources/scram-user/scram-user';
import type { Subject } from '../resources/subject/subject';
import type { Topic } from '../resources/topic/topic';
import { kindForms } from './kind-forms';

/** The declaration of one environment, each kind in its own form. */
export interface DeclaredObjects {
  readonly topic: readonly Topic[];
  readonly 'scram-user': readonly ScramUser[];
  readonly 'plain-user': readonly PlainUser[];
  readonly acl: readonly Acl[];
  readonly quota: readonly Quota[];
  readonly subject: readonly Subject[];
  readonly query: readonly DeclaredQuery[];
  readonly connector: readonly Connector[];
  readonly bucket: readonly { readonly name: string }[];
  readonly 'bucket-user': readonly { readonly name: string }[];
  readonly kubernetes: readonly unknown[];
}

/** Parses what the program declares; nothing is contacted. Throws for a type that no kind knows. */
export function declaredObjects(resources: readonly DeclaredResource[]): DeclaredObjects {
  const groups = groupByKind(resources, kindForms());
  const parsed = [...groups].map(([kind, own]) => [kind.name, kind.parse(own)] as const);
  return Object.fromEntries(parsed) as unknown as DeclaredObjects;
}

/** The order in which people read a report. */
export const KIND_ORDER: readonly KindName[] = [
  'topic',
  'scram-user',
  'plain-user',
  'acl',
  'quota',
  'subject',
  'query',
  'connector',
  'bucket',
  'bucket-user',
  'kubernetes',
];
