import { scalar, variant } from '../function-row';
import type { FunctionRow } from '../function-row';
import { javaRegex, javaReplacement } from '../java/regex/translate';

const CATEGORY = 'REGULAR EXPRESSION';
const DIFFERENCE = {
  status: 'close',
  notes: 'Patterns are Java’s but for flags inside of a pattern and \\G, which are refused by name.',
} as const;

function extract(pattern: string, text: string, group = 0): string | null {
  for (const { groups } of javaRegex(pattern).matches(text)) return groups[group] ?? null;
  return null;
}

function extractAll(pattern: string, text: string, group = 0): (string | null)[] | null {
  const matches = [...javaRegex(pattern).matches(text)];
  if (matches.length > 0 && group >= matches[0]!.groups.length) return null;
  return matches.map(({ groups }) => groups[group] ?? null);
}

function replace(text: string, pattern: string, template: string): string {
  const expand = javaReplacement(template);
  let [result, from] = ['', 0];
  for (const match of javaRegex(pattern).matches(text)) {
    result += text.slice(from, match.index) + expand(match);
    from = match.index + match.groups[0]!.length;
  }
  return result + text.slice(from);
}

function split(text: string, pattern: string): string[] {
  if (pattern === '') return text === '' ? [''] : [...text];
  const parts: string[] = [];
  let from = 0;
  for (const { index, groups } of javaRegex(pattern).matches(text)) {
    if (groups[0] === '') continue;
    parts.push(text.slice(from, index));
    from = index + groups[0]!.length;
  }
  return [...parts, text.slice(from)];
}

export const REGEX_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'REGEXP_EXTRACT',
    CATEGORY,
    {
      description: 'The first match of a pattern, or a group of it; NULL when there is none.',
      ...DIFFERENCE,
      label: 'regexp_extract',
      examples: [
        ["REGEXP_EXTRACT('test.', 'some_test_string')", 'test_'],
        ["REGEXP_EXTRACT('(.)(.)', 'ab', 2)", 'b'],
        ["REGEXP_EXTRACT('x', 'ab')", 'null'],
      ],
    },
    variant('VARCHAR pattern; VARCHAR input -> VARCHAR', (pattern: string, text: string) =>
      extract(pattern, text),
    ),
    variant('VARCHAR pattern; VARCHAR input; INT group -> VARCHAR', extract),
  ),
  scalar(
    'REGEXP_EXTRACT_ALL',
    CATEGORY,
    {
      description: 'Every match of a pattern, or a group of each.',
      ...DIFFERENCE,
      label: 'regexp_extract_all',
      examples: [["REGEXP_EXTRACT_ALL('[0-9]+', 'a1b22')", '[1, 22]']],
    },
    variant('VARCHAR pattern; VARCHAR input -> ARRAY<VARCHAR>', (pattern: string, text: string) =>
      extractAll(pattern, text),
    ),
    variant('VARCHAR pattern; VARCHAR input; INT group -> ARRAY<VARCHAR>', extractAll),
  ),
  scalar(
    'REGEXP_REPLACE',
    CATEGORY,
    {
      description: 'Every match of a pattern replaced; $1 stands for the first group.',
      ...DIFFERENCE,
      label: 'regexp_replace',
      examples: [["REGEXP_REPLACE('a1b22', '([0-9]+)', '<$1>')", 'a<1>b<22>']],
    },
    variant('VARCHAR str; VARCHAR regexp; VARCHAR newStr -> VARCHAR', replace),
  ),
  scalar(
    'REGEXP_SPLIT_TO_ARRAY',
    CATEGORY,
    {
      description: 'The parts between the matches of a pattern; each character when it is empty.',
      ...DIFFERENCE,
      label: 'regexp_split_to_array',
      examples: [["REGEXP_SPLIT_TO_ARRAY('a1b22c', '[0-9]+')", '[a, b, c]']],
    },
    variant('VARCHAR string; VARCHAR regexp -> ARRAY<VARCHAR>', split),
  ),
];
