import path from 'node:path';
import { findCaseFiles, runCaseFile } from '../../engine/testing/run-file';

const FOLDER = path.join(__dirname, 'cases');

/** The project's own cases of the engine: what ksqlDB's documentation says, a file a topic. */
describe.each(findCaseFiles([FOLDER]).map((file) => [path.relative(FOLDER, file), file] as const))(
  '%s',
  (_, file) => {
    it('computes what its cases expect', async () => {
      const results = await runCaseFile(file);
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
    });
  },
);
