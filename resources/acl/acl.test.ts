import type { DeclaredResource } from '../declared';
import { aclKey, parseAcl } from './acl';
import { compareAcl } from './index';

const inputs = {
  aclPrincipal: 'User:scraper',
  aclHost: '*',
  aclPermissionType: 'Allow',
  aclOperation: 'DescribeConfigs',
  aclResourceType: 'TransactionalID',
  aclResourceName: 'raw-',
  resourcePatternTypeFilter: 'Prefixed',
};
const declared = (changed: Record<string, string> = {}): DeclaredResource => ({
  type: 'kafka:index/acl:Acl',
  name: 'entry',
  inputs: { ...inputs, ...changed },
  secrets: [],
  options: { protect: false, retainOnDelete: false, deleteBeforeReplace: false },
});

describe('an access control entry', () => {
  it("is read in the protocol's words", () => {
    expect(parseAcl(declared())).toEqual({
      principal: 'User:scraper',
      host: '*',
      permission: 'ALLOW',
      operation: 'DESCRIBE_CONFIGS',
      resourceType: 'TRANSACTIONAL_ID',
      resourceName: 'raw-',
      pattern: 'PREFIXED',
    });
  });

  it('has all of its parts in its identity, so that any other entry is another one', () => {
    const changes: Record<string, string>[] = [
      {},
      { aclPrincipal: 'User:x' },
      { aclHost: '10.0.0.1' },
      { aclPermissionType: 'Deny' },
      { aclOperation: 'Read' },
      { aclResourceType: 'Topic' },
      { aclResourceName: 'raw' },
      { resourcePatternTypeFilter: 'Literal' },
    ];
    expect(new Set(changes.map((change) => aclKey(parseAcl(declared(change))))).size).toBe(changes.length);
  });

  it('is created when it is not there, and never changed', () => {
    const acl = parseAcl(declared());
    expect(compareAcl(acl, undefined)).toEqual([{ action: 'create', desired: acl }]);
    expect(compareAcl(acl, acl)).toEqual([]);
  });

  it('is refused with its name when an operation does not exist', () => {
    expect(() => parseAcl(declared({ aclOperation: 'Reed' }))).toThrow(
      /kafka:index\/acl:Acl "entry": aclOperation/,
    );
  });
});
