import { createSource } from '../source/source';
import { lex } from './lexer';
import { hasVariables, normalizeVariables, substituteVariables, undefinedVariables } from './variables';

const kinds = (text: string) =>
  lex(createSource(text))
    .tokens.slice(0, -1)
    .map(({ kind, value }) => `${kind} ${value}`);

describe('lex', () => {
  it.each([
    ['upper-cases words and knows keywords', 'select gpu_id', ['Keyword SELECT', 'Identifier GPU_ID']],
    [
      'keeps the case of quoted names',
      '`Gpu``Id` "x""y"',
      ['QuotedIdentifier Gpu`Id', 'QuotedIdentifier x"y'],
    ],
    ['reads two quotes in a string as one', "'it''s' ''", ["String it's", 'String ']],
    [
      'tells the kinds of numbers',
      '1 1.5 .5 1. 1e3 1.5E-3',
      ['Integer 1', 'Decimal 1.5', 'Decimal .5', 'Decimal 1.', 'Float 1e3', 'Float 1.5E-3'],
    ],
    ['takes a word that starts with a digit', '1st 1e', ['DigitIdentifier 1st', 'DigitIdentifier 1e']],
    [
      'takes the longest symbol',
      'a->b<>c<=d:=e=>f',
      [
        'Identifier A',
        'Symbol ->',
        'Identifier B',
        'Symbol <>',
        'Identifier C',
        'Symbol <=',
        'Identifier D',
        'Symbol :=',
        'Identifier E',
        'Symbol =>',
        'Identifier F',
      ],
    ],
    [
      'closes nested types one by one',
      'a<b<c>>',
      ['Identifier A', 'Symbol <', 'Identifier B', 'Symbol <', 'Identifier C', 'Symbol >', 'Symbol >'],
    ],
    ['leaves variables to the parser', '${a}', ['Variable ${a}']],
    ['takes a quote without end as one character', "'abc", ["Unrecognized '", 'Identifier ABC']],
    ['keeps a character outside the basic plane whole', '😀', ['Unrecognized 😀']],
  ])('%s', (_, text, expected) => expect(kinds(text)).toEqual(expected));

  it('keeps comments and directives out of the tokens', () => {
    const { tokens, comments } = lex(createSource('a -- x; y\n/* b\n */ c --@test: one'));
    expect(tokens.map(({ value }) => value)).toEqual(['A', 'C', '<EOF>']);
    expect(comments.map(({ kind, text }) => [kind, text])).toEqual([
      ['line', '-- x; y'],
      ['block', '/* b\n */'],
      ['directive', '--@test: one'],
    ]);
  });

  it('gives lines and columns from 1, offsets from 0', () => {
    const { tokens } = lex(createSource("a\n  'x\ny' b"));
    expect(tokens.map(({ text, line, column, start }) => [text, line, column, start])).toEqual([
      ['a', 1, 1, 0],
      ["'x\ny'", 2, 3, 4],
      ['b', 3, 4, 10],
      ['<EOF>', 3, 5, 11],
    ]);
  });

  it.each(["'x", '`', '/* ', "''' ", '"a ', '${', '1.', '- - ', 'a\n'])(
    'takes time linear in the length of %j repeated',
    (piece) => {
      const started = process.cpuUsage().user / 1000;
      lex(createSource(piece.repeat(200_000)));
      expect(process.cpuUsage().user / 1000 - started).toBeLessThan(3000);
    },
  );
});

describe('substituteVariables', () => {
  const variables = normalizeVariables(
    new Map([
      ['Topic', 'a'],
      ['n', "it's"],
    ]),
  );

  it.each([
    ['without regard to case', '${TOPIC} ${topic}', 'a a'],
    ['inside strings', "'x-${topic}-y'", "'x-a-y'"],
    ['as text, quotes included', '${n}', "it's"],
    ['not when it is escaped', '$${topic}', '${topic}'],
    ['not when nobody defined it', '${other}', '${other}'],
    ['not when it is no name', '${1} ${a b} ${}', '${1} ${a b} ${}'],
  ])('replaces %s', (_, text, expected) => expect(substituteVariables(text, variables)).toBe(expected));

  it('names what is not defined, once', () => {
    expect(hasVariables('${b}')).toBe(true);
    expect(undefinedVariables('${b} ${B2} ${topic} $${c} ${b}', variables)).toEqual(['b', 'B2']);
  });
});
