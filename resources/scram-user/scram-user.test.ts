import { compareScramUser } from './index';
import type { LiveScramUser, ScramUser } from './scram-user';

const desired: ScramUser = {
  username: 'scraper',
  mechanism: 'SCRAM-SHA-512',
  iterations: 4096,
  password: 'file:/s/kafka-scraper',
};

describe('a SCRAM user', () => {
  test.each<[string, LiveScramUser | undefined, unknown[]]>([
    ['is created when it is not there', undefined, [{ action: 'create' }]],
    [
      'is created when it has another mechanism only',
      { iterations: { 'SCRAM-SHA-256': 4096 } },
      [{ action: 'create' }],
    ],
    ['is left alone when it logs in', { iterations: { 'SCRAM-SHA-512': 4096 }, passwordLogsIn: true }, []],
    ['is left alone when its login was not tried', { iterations: { 'SCRAM-SHA-512': 4096 } }, []],
    [
      'gets its password again when that does not log in, and the password is not shown',
      { iterations: { 'SCRAM-SHA-512': 4096 }, passwordLogsIn: false },
      [{ action: 'update', properties: [{ path: 'password', before: '(secret)', after: '(secret)' }] }],
    ],
    [
      'gets its iterations',
      { iterations: { 'SCRAM-SHA-512': 8192 }, passwordLogsIn: true },
      [{ action: 'update', properties: [{ path: 'iterations', before: 8192, after: 4096 }] }],
    ],
  ])('%s', (_name, live, expected) => {
    expect(compareScramUser(desired, live)).toMatchObject(expected);
    expect(compareScramUser(desired, live)).toHaveLength(expected.length);
  });
});
