import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { classifyChange } from './classify';
import { emptyWorld, planInto, worldAfter } from './world';

interface Pair {
  readonly running: string;
  readonly changed: string;
  readonly inPlace: boolean;
  readonly message?: string;
}
const NO_PROPERTIES = {};
const statement = (text: string) => ({ text, properties: NO_PROPERTIES });
const shared = process.env.NAAP_SHARED ?? path.join(__dirname, '../../../shared');
const file = path.join(shared, 'ksqldb-rest/upgrades.json');
const recorded = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { sources: string[]; pairs: Pair[] })
  : { sources: [], pairs: [] };
const note = recorded.pairs.length > 0 ? '' : ' (skipped: ksqldb-rest is not there; set NAAP_SHARED)';
const describeRecorded = recorded.pairs.length > 0 ? describe : describe.skip;

describeRecorded(`verdicts of a stock server${note}`, () => {
  const pairs = recorded.pairs.length > 0 ? recorded.pairs : [{ running: '', changed: '', inPlace: true }];
  test.each(pairs.map((pair) => [pair.running, pair.changed, pair] as const))(
    '%s\n   → %s',
    (_r, _c, pair) => {
      const empty = emptyWorld({ topics: new Map(), schemas: new Map() });
      const world = worldAfter(empty, [...recorded.sources, pair.running].map(statement));
      const verdict = classifyChange(world, statement(pair.changed));
      expect(verdict).toEqual(
        pair.inPlace ? { verdict: 'in place' } : { verdict: 'side by side', reason: pair.message },
      );
    },
  );
});

describe('a change of what runs', () => {
  const source =
    "CREATE STREAM s (k STRING KEY, a INT, b INT) WITH (KAFKA_TOPIC='s', PARTITIONS=2, VALUE_FORMAT='JSON');";
  const table = (select: string, window = '') =>
    `CREATE TABLE t WITH (KAFKA_TOPIC='t', PARTITIONS=2, VALUE_FORMAT='JSON') AS SELECT k, ${select} FROM s ${window} GROUP BY k EMIT CHANGES;`;
  const world = (running: string) =>
    worldAfter(emptyWorld({ topics: new Map(), schemas: new Map() }), [source, running].map(statement));

  it('is possible in place where it only computes otherwise from the same aggregates', () => {
    const changed = table('SUM(a) + 1 AS total');
    expect(classifyChange(world(table('SUM(a) AS total')), statement(changed))).toEqual({
      verdict: 'in place',
    });
  });

  it('needs a next version where the aggregates differ', () => {
    const verdict = classifyChange(world(table('SUM(a) AS total')), statement(table('SUM(b) AS total')));
    expect(verdict).toMatchObject({ verdict: 'side by side' });
  });

  it('needs a next version where there is a window, even for the same text', () => {
    const windowed = table('SUM(a) AS total', 'WINDOW TUMBLING (SIZE 1 MINUTE)');
    const verdict = classifyChange(world(windowed), statement(windowed));
    expect(verdict).toMatchObject({
      verdict: 'side by side',
      reason: expect.stringContaining('StreamWindowedAggregate') as unknown,
    });
  });

  it('says what a statement that cannot be planned lacks', () => {
    const planned = planInto(world(table('SUM(a) AS total')), statement(table('SUM(c) AS total')));
    expect(planned).toEqual({ refusal: expect.stringMatching(/'?C'? cannot be resolved/) as unknown });
  });
});
