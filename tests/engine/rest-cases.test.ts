/** ksqlDB's published REST cases, each on an engine of its own with topics in memory. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRestCases, runRestCase } from './support/rest-case';

const shared = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../shared');
const folder = join(shared, 'ksqldb-cases/rest-query-validation-tests');
const files = existsSync(folder) ? readdirSync(folder).sort() : [];

if (files.length === 0) test.skip(`the published cases are not at ${folder}`, () => undefined);

describe.each(files)('%s', (file) => {
  const cases = readRestCases(join(folder, file));
  test.each(cases.map((item) => [item.name, item] as const))('%s', (_name, item) => runRestCase(item));
});
