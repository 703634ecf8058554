import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cases in a file: lines of `#` comments, the input, a line `----`, what is expected; a line of `====` between two.
 * `UPDATE_GOLDEN=1` rewrites what is expected; CI refuses to.
 */
export interface GoldenCase {
  /** The first comment, or the first line of the input. */
  readonly name: string;
  readonly comments: readonly string[];
  readonly input: string;
  readonly expected: string;
}

const BETWEEN = '\n====\n';
const DIVIDER = '\n----\n';

export function readGolden(directory: string, file: string): readonly GoldenCase[] {
  const text = readFileSync(join(directory, file), 'utf8').replace(/\n$/, '');
  return text.split(BETWEEN).map(readCase);
}

function readCase(text: string): GoldenCase {
  const lines = text.split('\n');
  const firstInput = lines.findIndex((line) => !line.startsWith('#'));
  const comments = lines.slice(0, firstInput);
  const [input = '', expected = ''] = lines.slice(firstInput).join('\n').split(DIVIDER);
  const name = comments[0]?.replace(/^#\s*/, '') ?? input.split('\n')[0]!;
  return { name, comments, input, expected };
}

/** Whether the run rewrites golden files instead of comparing. */
export function updatesGolden(): boolean {
  if (process.env.UPDATE_GOLDEN !== '1') return false;
  if (process.env.CI) throw new Error('golden files are not updated in CI');
  return true;
}

export function writeGolden(
  directory: string,
  file: string,
  cases: readonly GoldenCase[],
  answer: (input: string) => string,
): void {
  const texts = cases.map(({ comments, input }) => [...comments, input, '----', answer(input)].join('\n'));
  writeFileSync(join(directory, file), `${texts.join(BETWEEN)}\n`);
}
