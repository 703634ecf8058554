import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GroupResult } from './test-groups';

/** The parts of Jest's JSON report that count. */
interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A check that either holds or not: one passed or one failed. Its output is shown when it fails. */
export function runCheck(root: string, name: string, script: string): Promise<GroupResult> {
  return runProgram(root, `${name} (npm run ${script})`, 'npm', ['run', '--silent', script]);
}

async function runProgram(
  root: string,
  what: string,
  command: string,
  args: readonly string[],
): Promise<GroupResult> {
  const { code, output } = await run(root, command, args, true);
  if (code === 0) return { passed: 1, failed: 0, failures: [], skipped: [] };
  console.log(output);
  return { passed: 0, failed: 1, failures: [what], skipped: [] };
}

/** Runs a Jest script and counts its tests. A test file that cannot run at all is one failure. */
export async function runJest(root: string, script: string): Promise<GroupResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-jest-'));
  const file = path.join(folder, 'report.json');
  try {
    const jest = ['--json', `--outputFile=${file}`, '--passWithNoTests', ...ciFlags()];
    const { code } = await run(root, 'npm', ['run', '--silent', script, '--', ...jest], false);
    if (!existsSync(file)) return crashed(script, code);
    return jestResult(JSON.parse(readFileSync(file, 'utf8')) as JestReport, root);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Counts of a Jest report; a skipped test carries its reason in its name: `… (skipped: REASON)`. */
export function jestResult(report: JestReport, root: string): GroupResult {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({
      ...test,
      id: `${path.relative(root, file.name)}: ${test.fullName}`,
    })),
  );
  const named = (...statuses: string[]): string[] =>
    tests.filter((it) => statuses.includes(it.status)).map((it) => it.id);
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failures = [
    ...named('failed'),
    ...broken.map((file) => `${path.relative(root, file.name)}: cannot be run`),
  ];
  const skipped = named('pending', 'todo', 'skipped', 'disabled').map(withReason);
  return { passed: named('passed').length, failed: failures.length, failures, skipped };
}

/** Runs a command of this program: passed when it ends with 0. Its output is shown when it does not. */
export function runNaap(root: string, args: readonly string[]): Promise<GroupResult> {
  const program = path.join(root, 'dist', 'naap.js');
  return runProgram(root, `./naap ${args.join(' ')}`, process.execPath, [program, ...args]);
}

function withReason(name: string): string {
  return /skipped: /.test(name) ? name : `${name} (no reason given)`;
}

function crashed(what: string, code: number): GroupResult {
  return {
    passed: 0,
    failed: 1,
    failures: [`${what} ended with exit code ${code} and no result`],
    skipped: [],
  };
}

function ciFlags(): string[] {
  return process.env.CI ? ['--ci'] : [];
}

function run(
  root: string,
  command: string,
  args: readonly string[],
  capture: boolean,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    // Jest reports on standard error; with --json and --outputFile nothing of worth is on standard output.
    const output = capture ? 'pipe' : 'inherit';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', capture ? 'pipe' : 'ignore', output] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
