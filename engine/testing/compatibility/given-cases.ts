import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findCaseFiles, runCaseFile } from '../run-file';
import type { CaseResult } from '../test-case';

const SHARED = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../../shared');

/** Where ksqlDB's published cases lie on this machine, if they do. */
export const GIVEN_CASES = join(SHARED, 'ksqldb-cases');

export function givenCasesAreThere(): boolean {
  return existsSync(GIVEN_CASES);
}

/** Runs all of them, in the order of their files. */
export async function runGivenCases(): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const path of findCaseFiles([GIVEN_CASES])) results.push(...(await runCaseFile(path)));
  return results;
}
