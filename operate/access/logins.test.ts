import { MissingSecretError } from '../../resources/secret';
import type { Environment } from '../../stacks/environment-schema';
import { loginsOf } from './logins';
import { reasonNotChecked } from './not-checked';

const environment = {
  secretsDirectory: '/secrets',
  identities: { drift: 'b' },
  kafka: { admin: { username: 'admin' } },
  lake: { admin: { username: 'store-admin', password: 'env:STORE' } },
  registry: { url: 'http://registry', credentials: { username: 'deploy' }, reader: { username: 'look' } },
  ksqldb: { url: 'http://ksqldb', credentials: { username: 'deploy', password: 'env:KSQLDB' } },
  connect: {
    clusters: {
      critical: { url: 'http://one', reader: { username: 'look', password: 'env:CONNECT' } },
      curated: { url: 'http://two' },
    },
  },
} as unknown as Environment;
const of = (looker: 'reader' | 'deployer') => loginsOf(environment, looker, (reference) => `<${reference}>`);

it('of who may only look are the declared identity, its user in use, and the readers of each server', () => {
  const logins = of('reader');
  expect(logins.kafka()).toEqual({ username: 'drift-b', password: '<file:/secrets/kafka-drift-b>' });
  expect(logins.store()).toEqual({ username: 'lake-drift', password: '<file:/secrets/lake-drift>' });
  expect(logins.registry()).toEqual({ username: 'look', password: '<file:/secrets/registry-reader>' });
  expect(logins.connect('http://one')).toEqual({ username: 'look', password: '<env:CONNECT>' });
  expect(logins.connect('http://two')).toBeUndefined();
  // Where a server knows one login only.
  expect(logins.ksqldb()).toEqual({ username: 'deploy', password: '<env:KSQLDB>' });
});

it('of the one who applies are what they were', () => {
  const logins = of('deployer');
  expect(logins.kafka()).toEqual({ username: 'admin', password: '<file:/secrets/kafka-admin>' });
  expect(logins.store()).toEqual({ username: 'store-admin', password: '<env:STORE>' });
  expect(logins.registry()).toEqual({ username: 'deploy', password: '<file:/secrets/registry>' });
  expect(logins.connect('http://one')).toBeUndefined();
});

it('are asked for one by one: what lacks one secret does not take the others away', () => {
  const logins = loginsOf(environment, 'reader', (reference) => {
    if (reference.endsWith('lake-drift')) throw new MissingSecretError(reference);
    return 'x';
  });
  expect(() => logins.store()).toThrow(MissingSecretError);
  expect(logins.kafka().username).toBe('drift-b');
});

describe('what could not be looked at', () => {
  test.each([
    'reading ACLs: CLUSTER_AUTHORIZATION_FAILED: Cluster authorization failed.',
    'reading topics: TOPIC_AUTHORIZATION_FAILED: Topic authorization failed.',
    'GET /subjects: HTTP 403: not your role',
    'MinIO answers HTTP 403: Access Denied.',
  ])('is named where a right was not given: %s', (text) =>
    expect(reasonNotChecked(new Error(text))).toBe(text),
  );

  test.each([
    'reading topics: SASL_AUTHENTICATION_FAILED: SASL Authentication failed.',
    'GET /subjects: HTTP 401: who are you',
    'MinIO answers HTTP 403: The request signature we calculated does not match the signature you provided.',
    'MinIO answers HTTP 403: The Access Key Id you provided does not exist in our records.',
    'connect ECONNREFUSED',
  ])('is a failure where the login itself is refused or nobody answers: %s', (text) =>
    expect(reasonNotChecked(new Error(text))).toBeUndefined(),
  );
});
