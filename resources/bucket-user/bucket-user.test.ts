import type { BucketUser, LiveBucketUser } from './bucket-user';
import { canonicalPolicy } from './canonical-policy';
import { compareBucketUser } from './index';

const statement = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: ['arn:aws:s3:::lake/raw/*'],
};
const policy = document([statement]);
const desired: BucketUser = {
  name: 'lake-query',
  secret: 'file:/s/lake-query',
  policies: { 'lake-query': policy },
};
const live: LiveBucketUser = {
  enabled: true,
  secretLogsIn: true,
  attached: ['lake-query'],
  policies: { 'lake-query': policy },
};

describe('the canonical form of a policy', () => {
  test.each<[string, string, boolean]>([
    [
      'does not see the order of actions',
      document([{ ...statement, Action: ['s3:PutObject', 's3:GetObject'] }]),
      true,
    ],
    [
      'takes one value for a list of one',
      document([{ ...statement, Resource: statement.Resource[0] }]),
      true,
    ],
    [
      'does not see the order of keys',
      document([{ Resource: statement.Resource, Action: statement.Action, Effect: 'Allow' }]),
      true,
    ],
    ['sees another action', document([{ ...statement, Action: ['s3:*'] }]), false],
    ['sees another effect', document([{ ...statement, Effect: 'Deny' }]), false],
    [
      'sees a condition',
      document([{ ...statement, Condition: { StringLike: { 's3:prefix': ['raw/*'] } } }]),
      false,
    ],
  ])('%s', (_name, other, same) => {
    expect(canonicalPolicy(other) === canonicalPolicy(policy)).toBe(same);
  });
});

describe('a user of the bucket', () => {
  test.each<[string, LiveBucketUser | undefined, unknown[]]>([
    ['is created when it is not there', undefined, [{ action: 'create' }]],
    ['is left alone when it is as declared', live, []],
    [
      'is enabled again',
      { ...live, enabled: false, secretLogsIn: undefined },
      [{ properties: [{ path: 'enabled', before: false, after: true }] }],
    ],
    [
      'gets its secret again, which is not shown',
      { ...live, secretLogsIn: false },
      [{ properties: [{ path: 'secret', before: '(secret)', after: '(secret)' }] }],
    ],
    [
      'loses a policy that nobody declared',
      { ...live, attached: ['consoleAdmin', 'lake-query'] },
      [{ properties: [{ path: 'attached' }] }],
    ],
    [
      'gets a changed policy',
      { ...live, policies: { 'lake-query': document([{ ...statement, Action: ['s3:*'] }]) } },
      [{ properties: [{ path: 'policies.lake-query' }] }],
    ],
    [
      'gets a policy that was deleted',
      { ...live, policies: {} },
      [{ properties: [{ path: 'policies.lake-query', before: undefined }] }],
    ],
  ])('%s', (_name, found, expected) => {
    expect(compareBucketUser(desired, found)).toMatchObject(expected);
    expect(compareBucketUser(desired, found)).toHaveLength(expected.length);
  });
});

function document(statements: unknown[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
