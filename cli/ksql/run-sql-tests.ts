import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { closureOf, readSqlTests, runSqlTest } from './sql-test-file';
import { sqlObjects } from './virtual-pipeline';

/** Tests beside SQL files of the declaration: they hold `cases`, and the file that they test lies beside them. */
export function declaredTests(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    if (!statSync(place).isDirectory()) return isDeclaredTest(place) ? [place] : [];
    return declaredTests(
      readdirSync(place)
        .sort()
        .map((name) => path.join(place, name)),
    );
  });
}

function isDeclaredTest(file: string): boolean {
  if (!file.endsWith('.test.yaml') || !existsSync(file.replace(/\.test\.yaml$/, '.sql'))) return false;
  return /^cases:/m.test(readFileSync(file, 'utf8'));
}

/** Runs each case of the files and prints the failures and the sum; gives whether any case failed. */
export async function runDeclaredTests(
  files: readonly string[],
  filter: string | undefined,
  print: (line: string) => void,
): Promise<boolean> {
  const objects = sqlObjects();
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const name = path.basename(file).replace(/\.test\.yaml$/, '.sql');
    const object = objects.find((it) => path.basename(it.file) === name);
    if (!object) throw new Error(`${file}: no file of ksql/ is called ${name}`);
    for (const test of readSqlTests(file)) {
      if (filter && !`${name} ${test.name}`.toLowerCase().includes(filter.toLowerCase())) continue;
      const { expected, got, log } = await runSqlTest(test, closureOf(object, objects));
      const holds = isDeepStrictEqual(got, expected) && log.length === 0;
      if (holds) passed++;
      else failed++;
      if (!holds) print(failureText(file, test.name, { expected, got, log }));
    }
  }
  print(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed > 0;
}

function failureText(
  file: string,
  name: string,
  { expected, got, log }: { readonly expected: unknown; readonly got: unknown; readonly log: readonly string[] },
): string {
  const lines = [
    `FAILED ${path.relative(process.cwd(), file)}: ${name}`,
    `  expected ${JSON.stringify(expected)}`,
    `  got      ${JSON.stringify(got)}`,
    ...log.map((line) => `  processing log: ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
