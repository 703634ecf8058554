import { basename, join, relative } from 'node:path';
import { runCase } from './run-case';
import { findCaseFiles } from './run-file';
import { readYamlFile } from './yaml-file';

const FOLDER = join(__dirname, 'cases');

/** The project's own cases of the language, in virtual time. */
describe.each(findCaseFiles([FOLDER]).map((path) => [relative(FOLDER, path), path] as const))(
  '%s',
  (_, path) => {
    test.each(readYamlFile(path).map((it) => [it.name, it] as const))('%s', async (_name, it) => {
      const { status, reason, expected, got } = await runCase(basename(path), it);
      expect({ status, reason, expected, got }).toEqual({ status: 'passed' });
    });
  },
);
