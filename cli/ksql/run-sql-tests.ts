import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CaseResult } from '../../engine/testing/test-case';
import { TestFileError } from '../../engine/testing/test-file-error';
import { PlannedSql } from './planned-sql';
import { readSqlTests, runSqlTest } from './sql-test-file';
import type { SqlTestOutcome } from './sql-test-file';
import { Pipeline, sqlObjects } from './virtual-pipeline';

/** Whether a file tests SQL of the declaration: it holds `cases`, and the file that it tests lies beside it. */
export function isDeclaredTest(file: string): boolean {
  if (!file.endsWith('.test.yaml') || !existsSync(file.replace(/\.test\.yaml$/, '.sql'))) return false;
  return /^cases:/m.test(readFileSync(file, 'utf8'));
}

/** Runs each case of such a file. @throws TestFileError the file is of another shape, or tests nothing of `ksql/` */
export async function runDeclaredTests(file: string, filter: string | undefined): Promise<CaseResult[]> {
  const name = path.basename(file).replace(/\.test\.yaml$/, '.sql');
  const planned = await declaredSql();
  const object = planned.objects.find((it) => path.basename(it.file) === name);
  if (!object) throw TestFileError.at(file, '', `no file of ksql/ is called ${name}`);
  const results: CaseResult[] = [];
  for (const test of casesOf(file)) {
    if (filter && !`${name} ${test.name}`.toLowerCase().includes(filter.toLowerCase())) continue;
    const queries = planned.closureOf(object.file).map(({ query }) => query);
    const outcome = await runSqlTest(test, await Pipeline.run(planned.world, queries));
    results.push({ file: path.relative(process.cwd(), file), name: test.name, ...verdict(outcome) });
  }
  return results;
}

let declared: Promise<PlannedSql> | undefined;

/** All of `ksql/`, planned once a process. */
function declaredSql(): Promise<PlannedSql> {
  return (declared ??= PlannedSql.of(sqlObjects()));
}

function casesOf(file: string): ReturnType<typeof readSqlTests> {
  try {
    return readSqlTests(file);
  } catch (error) {
    throw TestFileError.at(file, '', (error as Error).message);
  }
}

function verdict({ expected, got, log }: SqlTestOutcome): Omit<CaseResult, 'file' | 'name'> {
  if (!isDeepStrictEqual(got, expected))
    return { status: 'failed', reason: 'the topics differ', expected: text(expected), got: text(got), log };
  if (log.length > 0) return { status: 'failed', reason: 'the processing log was told of an error', log };
  return { status: 'passed' };
}

/** One record a line, under its topic. */
function text(topics: unknown): string {
  return Object.entries(topics as Record<string, readonly unknown[]>)
    .map(([topic, records]) => [topic, ...records.map((record) => `  ${JSON.stringify(record)}`)].join('\n'))
    .join('\n');
}
