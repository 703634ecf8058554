import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findCaseFiles, runCaseFile } from './run-file';

const SHARED = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../shared');
const FOLDER = join(SHARED, 'ksqldb-cases/query-validation-tests');
/** Runs that passed when this was last raised; it only rises. */
const FLOOR = 1123;

const given = existsSync(FOLDER) ? describe : describe.skip;

const note = existsSync(FOLDER) ? '' : ' (skipped: ksqldb-cases is not there; set NAAP_SHARED)';
given(`published cases of ksqlDB${note}`, () => {
  it(`pass in at least ${FLOOR} runs`, async () => {
    const results = [];
    for (const path of findCaseFiles([FOLDER])) results.push(...(await runCaseFile(path)));
    expect(results.filter((result) => result.status === 'passed').length).toBeGreaterThanOrEqual(FLOOR);
  }, 120_000);
});
