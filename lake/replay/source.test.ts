import type { LakeTable } from '../access';
import { replaySources } from './source';
import { targetProblem } from './target';

const table = (name: string, rest: Partial<LakeTable> = {}): LakeTable => ({
  name: `telemetry.${name}`,
  layer: 'raw',
  topics: [`telemetry.${name}.v1`],
  source: 'avro',
  connector: `raw-${name}`,
  deadLetterTopic: 'd',
  retention: {},
  catalog: { kind: 'jdbc', uri: 'jdbc:sqlite:x' },
  ...rest,
});
const gateway = table('gateway', { source: 'text' });
const scrape = table('scrape');
const curated = table('sla', { layer: 'curated' });
const all = [gateway, scrape, curated];

describe('what a family names', () => {
  it.each([
    ['gateway', [{ table: gateway }]],
    ['telemetry.scrape', [{ table: scrape }]],
    ['telemetry.scrape.v1', [{ table: scrape }]],
    ['ai_stream_status', [{ table: gateway, families: ['ai_stream_status'] }]],
  ])('%s', (name, expected) => {
    expect(replaySources(all, [name])).toEqual(expected);
  });

  it('families of one table are read at once, and not beside the whole table', () => {
    expect(replaySources(all, ['b', 'a', 'scrape'])).toEqual([
      { table: scrape },
      { table: gateway, families: ['a', 'b'] },
    ]);
    expect(replaySources(all, ['a', 'gateway'])).toEqual([{ table: gateway }]);
  });

  it('a curated table is no raw one, and a name is refused where no table mixes families', () => {
    expect(() => replaySources([scrape, curated], ['sla'])).toThrow(
      '--family is "sla", expected a raw table: scrape',
    );
    expect(() => replaySources([gateway, table('other', { source: 'text' })], ['x'])).toThrow(
      '2 tables hold texts',
    );
  });
});

describe('a target', () => {
  const day = 86_400_000;
  const now = 100 * day;
  const problem = (config: Record<string, string>): string | undefined =>
    targetProblem({ name: 't', oldest: now - 10 * day }, new Map(Object.entries(config)), now);

  it.each([
    [{ 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' }, undefined],
    [{ 'message.timestamp.type': 'CreateTime', 'retention.ms': String(11 * day) }, undefined],
    [{ 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '-1' }, /Set it to CreateTime/],
    [{ 'message.timestamp.type': 'CreateTime', 'retention.ms': String(day) }, /at least 11 days/],
  ])('%j', (config, expected) => {
    if (expected === undefined) expect(problem(config)).toBeUndefined();
    else expect(problem(config)).toMatch(expected);
  });
});
