/** Writes engine/COMPATIBILITY.md from a run of ksqlDB's published cases: `npx tsx tools/compatibility.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GIVEN_CASES, givenCasesAreThere, runGivenCases } from '../engine/testing/compatibility/given-cases';
import { compatibilityPage } from '../engine/testing/compatibility/page';

async function main(): Promise<void> {
  if (!givenCasesAreThere()) {
    console.error(`${GIVEN_CASES} is not there: set NAAP_SHARED to the folder that holds ksqldb-cases`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(join(__dirname, '../engine/COMPATIBILITY.md'), compatibilityPage(await runGivenCases()));
}

void main();
