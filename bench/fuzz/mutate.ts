import { createSource, KsqlError, lex } from '../../engine/index';
import type { Random } from './random';
import { COLUMNS, LITERALS, SOURCES, TYPES } from './world';

const CHARACTERS = [...'\'"`;()[]<>,.$@{}=:-+*/%|&\\\n\t 0e9_äß😀\u0000\ud800'];
const WORDS = [
  ...COLUMNS,
  ...LITERALS,
  ...SOURCES,
  ...TYPES,
  ...'SELECT FROM WHERE GROUP BY HAVING EMIT CHANGES FINAL LIMIT AS WITH CREATE OR REPLACE STREAM TABLE INSERT INTO VALUES WINDOW TUMBLING JOIN ON WITHIN CASE WHEN THEN END NOT NULL IS IN BETWEEN LIKE CAST -> => := ( ) [ ] ; , . *'.split(
    ' ',
  ),
];

type Mutation = (tokens: string[], random: Random) => void;
const MUTATIONS: readonly Mutation[] = [
  (tokens, random) => tokens.splice(random.below(tokens.length), 1),
  (tokens, random) => tokens.splice(random.below(tokens.length), 0, random.pick(WORDS)),
  (tokens, random) => tokens.splice(random.below(tokens.length), 1, random.pick(WORDS)),
  (tokens, random) => tokens.splice(random.below(tokens.length), 0, random.pick(CHARACTERS)),
  (tokens, random) => tokens.splice(random.below(tokens.length), random.below(5)),
  (tokens, random) =>
    tokens.splice(
      random.below(tokens.length),
      0,
      ...tokens.slice(random.below(tokens.length), random.below(tokens.length)),
    ),
  (tokens, random) => {
    const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b] ?? '', tokens[a] ?? ''];
  },
  (tokens, random) => {
    const at = random.below(tokens.length);
    tokens[at] = (tokens[at] ?? '').slice(0, random.below((tokens[at] ?? '').length + 1));
  },
  // Deep nesting, which a recursive reader must refuse.
  (tokens, random) => {
    const depth = random.pick([3, 30, 300, 3000]);
    const [open, close] = random.pick([
      ['(', ')'],
      ['ARRAY[', ']'],
      ['NOT ', ''],
      ['- ', ''],
      ['CASE WHEN TRUE THEN ', ' END'],
      ['ARRAY<', '>'],
    ] as const);
    const at = random.below(tokens.length);
    tokens[at] = open.repeat(depth) + (tokens[at] ?? '') + close.repeat(depth);
  },
];

/** The text with a few of its tokens changed. */
export function mutateStatement(text: string, random: Random): string {
  const tokens = tokensOf(text);
  // Deep nesting is dear: most mutations leave it out.
  const mutations = random.chance(0.02) ? MUTATIONS : MUTATIONS.slice(0, -1);
  for (let times = 1 + random.below(3); times > 0; times--) random.pick(mutations)(tokens, random);
  return tokens.join(random.chance(0.95) ? ' ' : '');
}

function tokensOf(text: string): string[] {
  try {
    return lex(createSource(text))
      .tokens.map((token) => token.text)
      .slice(0, -1);
  } catch (error) {
    if (!(error instanceof KsqlError)) throw error;
    return text.split(' ');
  }
}
