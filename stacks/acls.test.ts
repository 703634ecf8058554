import { aclKey, deriveAcls, literal, prefixed } from './acls';
import type { PrincipalNeeds } from './acls';

const keys = (needs: PrincipalNeeds): string[] => deriveAcls([needs]).map(aclKey);

describe('the rights of an identity', () => {
  test.each<[string, PrincipalNeeds, string[]]>([
    ['that does nothing: none', { principal: 'p' }, []],
    ['that writes a topic', { principal: 'p', produces: ['a'] }, ['p:Topic:a:Write']],
    [
      'that reads a topic in a group',
      { principal: 'p', consumes: ['a'], groups: [literal('g')] },
      ['p:Group:g:Read', 'p:Topic:a:Read'],
    ],
    [
      'that writes in transactions',
      { principal: 'p', transactionalIds: [prefixed('t-')] },
      ['p:TransactionalID:t-*:Describe', 'p:TransactionalID:t-*:Write'],
    ],
    [
      'that makes its own topics',
      { principal: 'p', owns: [literal('a')] },
      ['p:Topic:a:Create', 'p:Topic:a:DescribeConfigs', 'p:Topic:a:Read', 'p:Topic:a:Write'],
    ],
    [
      'that keeps its state in topics and groups',
      { principal: 'p', controls: [prefixed('_p')], controlsGroups: [prefixed('_p')] },
      ['p:Group:_p*:All', 'p:Topic:_p*:All'],
    ],
    [
      'that asks for settings',
      { principal: 'p', describesConfigsOf: ['a'], cluster: ['DescribeConfigs'] },
      ['p:Cluster:kafka-cluster:DescribeConfigs', 'p:Topic:a:DescribeConfigs'],
    ],
  ])('%s', (_name, needs, expected) => expect(keys(needs)).toEqual(expected));

  it('are each there once, whoever asks for them, and always in the same order', () => {
    const one = { principal: 'p', consumes: ['b', 'a'] };
    const two = { principal: 'p', consumes: ['a'], produces: ['c'] };
    expect(deriveAcls([one, two])).toEqual(deriveAcls([two, one]));
    expect(deriveAcls([one, two]).map(aclKey)).toEqual([
      'p:Topic:a:Read',
      'p:Topic:b:Read',
      'p:Topic:c:Write',
    ]);
  });
});
