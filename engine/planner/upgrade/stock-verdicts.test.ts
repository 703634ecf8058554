import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, planAll, refusalOf } from '../test-support';

interface Pair {
  readonly running: string;
  readonly changed: string;
  readonly inPlace: boolean;
  readonly message?: string;
}

const shared = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../../shared');
const path = join(shared, 'ksqldb-rest/upgrades.json');
const recorded: { sources: readonly string[]; pairs: readonly Pair[] } = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as { sources: readonly string[]; pairs: readonly Pair[] })
  : { sources: [], pairs: [] };

const describeRecorded = recorded.pairs.length > 0 ? describe : describe.skip;

const note = recorded.pairs.length > 0 ? '' : ' (skipped: ksqldb-rest is not there; set NAAP_SHARED)';
describeRecorded(`verdicts recorded from a stock server${note}`, () => {
  const none: Pair = { running: '', changed: '', inPlace: true };
  const pairs: readonly Pair[] = recorded.pairs.length > 0 ? recorded.pairs : [none];

  test.each(pairs.map((pair): [string, string, Pair] => [pair.running, pair.changed, pair]))(
    '%s\n    → %s',
    (_running, _changed, pair) => {
      const { running, changed, inPlace, message } = pair;
      const { context } = planAll([...recorded.sources, running].join('\n'), createContext());
      const replace = () => planAll(changed, context).plans[0];
      if (inPlace) expect(replace()).toMatchObject({ kind: 'persistentQuery', replaces: true });
      else expect(refusalOf(replace)).toBe(message ?? '');
    },
  );
});
