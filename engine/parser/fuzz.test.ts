import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withoutLocations } from '../ast/without-locations';
import { KsqlError } from '../diagnostics/diagnostic';
import { formatDiagnostics } from '../diagnostics/format-diagnostic';
import { lex } from '../lexer/lexer';
import { formatStatement } from '../printer';
import { createSource } from '../source/source';
import { readGolden } from './testdata/golden-file';
import { parseStatements } from './parser';

const RUNS = 20_000;
/** Of processor time: other work on the machine does not count. */
const LIMIT_MS = 20_000;
/** Any other seed makes another run; a failure names the text. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);

/** A small generator of pseudo-random numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const corpus = ['statements.golden', 'errors.golden', 'expressions.golden']
  .flatMap((file) => readGolden(join(__dirname, 'testdata'), file))
  .map(({ input }) => (input.endsWith(';') ? input : `SELECT ${input} FROM s;`));
const words = [
  ...new Set(corpus.flatMap((text) => lex(createSource(text)).tokens.map((token) => token.text))),
];
const characters = [...'\'"`;()[]<>,.$@{}=:-+*/%|&\\\n\t 0e9_äß😀\u0000'];

type Mutation = (tokens: string[], pick: (below: number) => number) => void;

const mutations: readonly Mutation[] = [
  (tokens, pick) => tokens.splice(pick(tokens.length), 1),
  (tokens, pick) => tokens.splice(pick(tokens.length), 0, words[pick(words.length)]!),
  (tokens, pick) => tokens.splice(pick(tokens.length), 1, words[pick(words.length)]!),
  (tokens, pick) => tokens.splice(pick(tokens.length), 0, characters[pick(characters.length)]!),
  (tokens, pick) => tokens.splice(pick(tokens.length), pick(5)),
  (tokens, pick) =>
    tokens.splice(pick(tokens.length), 0, ...tokens.slice(pick(tokens.length), pick(tokens.length))),
  (tokens, pick) => {
    const [a, b] = [pick(tokens.length), pick(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b] ?? '', tokens[a] ?? ''];
  },
  (tokens, pick) => {
    const at = pick(tokens.length);
    const text = tokens[at] ?? '';
    tokens[at] = text.slice(0, pick(text.length + 1));
  },
];

function mutate(random: () => number): string {
  const pick = (below: number) => Math.floor(random() * below);
  const tokens = lex(createSource(corpus[pick(corpus.length)]!))
    .tokens.map(({ text }) => text)
    .slice(0, -1);
  for (let times = 1 + pick(4); times > 0; times--) mutations[pick(mutations.length)]!(tokens, pick);
  return tokens.join(random() < 0.9 ? ' ' : '');
}

/** 'parsed' or 'refused'; anything else is a bug and throws. */
function tryOne(text: string): 'parsed' | 'refused' {
  try {
    for (const { statement } of parseStatements(createSource(text, 'fuzz.sql'))) {
      const [again] = parseStatements(createSource(formatStatement(statement)));
      if (!isDeepStrictEqual(withoutLocations(again!.statement), withoutLocations(statement)))
        throw new Error('printed otherwise');
    }
    return 'parsed';
  } catch (error) {
    if (!(error instanceof KsqlError))
      throw new Error(`on ${JSON.stringify(text)}: ${String(error)}`, { cause: error });
    if (!formatDiagnostics(error.diagnostics).includes('fuzz.sql:')) throw new Error(`no place: ${text}`);
    return 'refused';
  }
}

test(
  `${RUNS} mutated statements are parsed and printed, or refused with an error`,
  () => {
    const random = randomFrom(SEED);
    const started = process.cpuUsage();
    const counts = { parsed: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) counts[tryOne(mutate(random))]++;
    expect(counts.parsed).toBeGreaterThan(RUNS / 20);
    expect(counts.refused).toBeGreaterThan(RUNS / 20);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  },
  LIMIT_MS * 3,
);
