/** ksqlDB's published REST cases, each on an engine of its own with topics in memory. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCaseFile } from '../../engine/testing/case-file';
import { failureText } from '../../engine/testing/report';
import { runCase } from '../../engine/testing/run-case';

const shared = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../shared');
const folder = join(shared, 'ksqldb-cases/rest-query-validation-tests');
const files = existsSync(folder) ? readdirSync(folder).sort() : [];

if (files.length === 0) {
  test.skip('published REST cases (skipped: ksqldb-cases is not there; set NAAP_SHARED)', () => undefined);
}

for (const file of files) {
  describe(file, () => {
    for (const item of readCaseFile(join(folder, file))) {
      test(`${item.name} ${item.format ?? ''}`.trim(), async () => {
        const result = await runCase(file, item);
        expect(result.status === 'passed' ? '' : failureText(result)).toBe('');
      });
    }
  });
}
