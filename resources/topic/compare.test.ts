import { compareTopic } from './compare';
import type { LiveTopic, Topic } from './topic';

const desired: Topic = {
  name: 'a.v1',
  partitions: 4,
  replicationFactor: 3,
  config: { 'retention.ms': '1000' },
  protect: true,
};
const live: LiveTopic = {
  partitions: 4,
  replicationFactor: 3,
  config: { 'retention.ms': '1000', 'segment.bytes': '1073741824' },
};

describe('a topic', () => {
  test.each<[string, Partial<Topic>, LiveTopic | undefined, unknown[]]>([
    ['is created when it is not there', {}, undefined, [{ action: 'create' }]],
    ['is left alone when all that is declared is so, whatever else the broker says', {}, live, []],
    [
      'gets a changed setting in place',
      { config: { 'retention.ms': '2000' } },
      live,
      [{ action: 'update', properties: [{ path: 'config.retention.ms', before: '1000', after: '2000' }] }],
    ],
    [
      'gets a setting that is not there yet',
      { config: { 'max.message.bytes': '5' } },
      live,
      [
        {
          action: 'update',
          properties: [{ path: 'config.max.message.bytes', before: undefined, after: '5' }],
        },
      ],
    ],
    [
      'grows in partitions, and gets its settings in the same change',
      { partitions: 8, config: { 'retention.ms': '2' } },
      live,
      [
        {
          action: 'update',
          properties: [
            { path: 'partitions', before: 4, after: 8 },
            { path: 'config.retention.ms', before: '1000', after: '2' },
          ],
        },
      ],
    ],
    [
      'refuses fewer partitions, and changes nothing else then',
      { partitions: 2, config: { 'retention.ms': '2' } },
      live,
      [
        {
          action: 'refused',
          reason: 'it has 4 partitions and 2 are declared, but Kafka cannot take partitions away',
        },
      ],
    ],
    [
      'refuses another replication factor',
      { replicationFactor: 1 },
      live,
      [{ action: 'refused', properties: [{ path: 'replicationFactor', before: 3, after: 1 }] }],
    ],
  ])('%s', (_name, changed, found, expected) => {
    expect(compareTopic({ ...desired, ...changed }, found)).toMatchObject(expected);
    expect(compareTopic({ ...desired, ...changed }, found)).toHaveLength(expected.length);
  });
});
