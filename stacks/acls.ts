/** What one identity does. Its rights are derived from this and from nothing else. */
export interface PrincipalNeeds {
  readonly principal: string;
  /** Topics it writes. */
  readonly produces?: readonly Names[];
  /** Topics it reads. */
  readonly consumes?: readonly Names[];
  /** Topics it makes, and then reads, writes and asks the settings of. */
  readonly owns?: readonly NamePattern[];
  /** Topics that it makes, reads, writes and deletes as it likes: a component's own state. */
  readonly controls?: readonly NamePattern[];
  /** Topics whose settings it asks for. */
  readonly describesConfigsOf?: readonly Names[];
  /** Topics whose names, partitions and sizes it sees. */
  readonly describes?: readonly Names[];
  /** Consumer groups it joins. */
  readonly groups?: readonly NamePattern[];
  /** Consumer groups whose offsets are forgotten on its behalf. */
  readonly resetsGroups?: readonly NamePattern[];
  /** Consumer groups that it makes, reads and deletes as it likes. */
  readonly controlsGroups?: readonly NamePattern[];
  readonly transactionalIds?: readonly NamePattern[];
  readonly cluster?: readonly AclOperation[];
}

/** A name, or every name that begins so. */
export interface NamePattern {
  readonly name: string;
  readonly pattern: 'Literal' | 'Prefixed';
}
/** A text is one name. */
type Names = string | NamePattern;

export type AclResourceType = 'Topic' | 'Group' | 'TransactionalID' | 'Cluster';
export type AclOperation = 'All' | 'Create' | 'Delete' | 'Describe' | 'DescribeConfigs' | 'Read' | 'Write';

/** One access control entry, worded as the Kafka provider words it. Always from any host, always Allow. */
export interface AclEntry extends NamePattern {
  readonly principal: string;
  readonly resourceType: AclResourceType;
  readonly operation: AclOperation;
}

export const literal = (name: string): NamePattern => ({ name, pattern: 'Literal' });
export const prefixed = (name: string): NamePattern => ({ name, pattern: 'Prefixed' });

const CLUSTER = literal('kafka-cluster');

/** The entries that `needs` ask for, each once, in a fixed order. READ and WRITE include DESCRIBE (Kafka's own rule). */
export function deriveAcls(needs: readonly PrincipalNeeds[]): AclEntry[] {
  const entries = needs.flatMap(entriesOf);
  const byKey = new Map(entries.map((entry) => [aclKey(entry), entry]));
  return [...byKey.values()].sort((a, b) => (aclKey(a) < aclKey(b) ? -1 : 1));
}

/** Names an entry: also the name of its resource in the stack. */
export function aclKey({ principal, resourceType, name, pattern, operation }: AclEntry): string {
  return [principal, resourceType, pattern === 'Prefixed' ? `${name}*` : name, operation].join(':');
}

function entriesOf(needs: PrincipalNeeds): AclEntry[] {
  const grant = (
    resourceType: AclResourceType,
    patterns: readonly Names[] = [],
    operations: readonly AclOperation[] = [],
  ): AclEntry[] =>
    patterns.map(asPattern).flatMap(({ name, pattern }) =>
      operations.map((operation) => ({
        principal: needs.principal,
        resourceType,
        name,
        pattern,
        operation,
      })),
    );
  return [
    ...grant('Topic', needs.produces, ['Write']),
    ...grant('Topic', needs.consumes, ['Read']),
    ...grant('Topic', needs.owns, ['Create', 'Read', 'Write', 'DescribeConfigs']),
    ...grant('Topic', needs.controls, ['All']),
    ...grant('Topic', needs.describesConfigsOf, ['DescribeConfigs']),
    ...grant('Topic', needs.describes, ['Describe']),
    ...grant('Group', needs.groups, ['Read']),
    ...grant('Group', needs.resetsGroups, ['Delete']),
    ...grant('Group', needs.controlsGroups, ['All']),
    ...grant('TransactionalID', needs.transactionalIds, ['Describe', 'Write']),
    ...grant('Cluster', needs.cluster?.length ? [CLUSTER] : [], needs.cluster),
  ];
}

function asPattern(names: Names): NamePattern {
  return typeof names === 'string' ? literal(names) : names;
}
