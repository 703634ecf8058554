/** Cases of the REST suite, ksqlDB's published ones and our own, each on an engine of its own with topics in memory. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readCaseFile } from '../../engine/testing/case-file';
import { failureText } from '../../engine/testing/report';
import { runCase } from '../../engine/testing/run-case';
import { findCaseFiles } from '../../engine/testing/run-file';

const shared = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../shared');
const published = join(shared, 'ksqldb-cases/rest-query-validation-tests');
const own = join(__dirname, 'rest');

if (!existsSync(published)) {
  test.skip('published REST cases (skipped: ksqldb-cases is not there; set NAAP_SHARED)', () => undefined);
}

for (const file of findCaseFiles(existsSync(published) ? [published, own] : [own])) {
  describe(basename(file), () => {
    for (const item of readCaseFile(file)) {
      test(`${item.name} ${item.format ?? ''}`.trim(), async () => {
        const result = await runCase(file, item);
        expect(result.status === 'passed' ? '' : failureText(result)).toBe('');
      });
    }
  });
}
