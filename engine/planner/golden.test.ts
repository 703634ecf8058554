import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planText } from './plan-text';
import { createContext, planAll } from './test-support';

const folder = join(__dirname, 'testdata');
const update = process.env['UPDATE_GOLDEN'] === '1';

interface GoldenCase {
  readonly header: string;
  readonly sql: string;
  readonly expected: string;
}

/** Cases are `# name: …`, SQL, `----`, the plan or the refusal of the last statement; an empty line ends each. */
function readCases(text: string): readonly GoldenCase[] {
  return text
    .trim()
    .split(/\n\n(?=#)/)
    .map((block) => {
      const [input, expected = ''] = block.split('\n----\n') as [string, string?];
      const lines = input.split('\n');
      const first = lines.findIndex((line) => !line.startsWith('#'));
      return {
        header: lines.slice(0, first).join('\n'),
        sql: lines.slice(first).join('\n'),
        expected: expected.trimEnd(),
      };
    });
}

function outcome(sql: string): string {
  try {
    const plan = planAll(sql, createContext()).plans.at(-1)!;
    return plan.kind === 'persistentQuery' ? planText(plan.query.root) : JSON.stringify(plan, undefined, 1);
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

describe.each(readdirSync(folder).filter((name) => name.endsWith('.test')))('%s', (name) => {
  const path = join(folder, name);
  const cases = readCases(readFileSync(path, 'utf8'));

  if (update) {
    if (process.env['CI'] !== undefined) throw new Error('UPDATE_GOLDEN is refused in CI');
    const blocks = cases.map(({ header, sql }) => `${header}\n${sql}\n----\n${outcome(sql)}`);
    writeFileSync(path, `${blocks.join('\n\n')}\n`);
  }
  test.each(cases.map((golden): [string, GoldenCase] => [golden.header, golden]))(
    'plans %s',
    (_header, golden) => {
      expect(outcome(golden.sql)).toBe(update ? outcome(golden.sql) : golden.expected);
    },
  );
});
