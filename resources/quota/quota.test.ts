import { compareQuota } from './index';
import type { Quota } from './quota';

const desired: Quota = { entityType: 'user', entityName: 'gateway-1', config: { producer_byte_rate: 100 } };

describe('a quota', () => {
  test.each<[string, Record<string, number> | undefined, unknown[]]>([
    ['is created when it is not there', undefined, [{ action: 'create' }]],
    ['is left alone when it is as declared', { producer_byte_rate: 100 }, []],
    [
      'is changed in place',
      { producer_byte_rate: 50 },
      [{ action: 'update', properties: [{ path: 'config.producer_byte_rate', before: 50, after: 100 }] }],
    ],
    [
      'loses a limit that nobody declared, as it would slow the user down',
      { producer_byte_rate: 100, request_percentage: 1 },
      [{ action: 'update', properties: [{ path: 'config.request_percentage', before: 1 }] }],
    ],
  ])('%s', (_name, live, expected) => {
    expect(compareQuota(desired, live)).toMatchObject(expected);
    expect(compareQuota(desired, live)).toHaveLength(expected.length);
  });
});
