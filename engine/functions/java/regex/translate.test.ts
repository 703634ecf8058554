import { javaRegex, javaReplacement } from './translate';

// What java.util.regex of JDK 17 gives: groups of every match; undefined: it refuses.

const MATCHES: readonly (readonly [string, string, readonly (readonly (string | null)[])[] | undefined])[] = [
  ['test.', 'some_test_string', [['test_']]],
  [
    '(.)(.)',
    'some_test_string',
    [
      ['so', 's', 'o'],
      ['me', 'm', 'e'],
      ['_t', '_', 't'],
      ['es', 'e', 's'],
      ['t_', 't', '_'],
      ['st', 's', 't'],
      ['ri', 'r', 'i'],
      ['ng', 'n', 'g'],
    ],
  ],
  ['[a-c&&[^b]]+', 'abc aabb', [['a'], ['c'], ['aa']]],
  ['a*+a', 'some_test_string', []],
  ['a*+b', 'abc aabb', [['ab'], ['aab'], ['b']]],
  ['(?>a+)b', 'abc aabb', [['ab'], ['aab']]],
  ['(?i)HELLO', 'hello HELLO', [['hello'], ['HELLO']]],
  ['(?i)[h-j]+', 'some_test_string', [['i']]],
  ['\\d{2,3}', 'foo@x.com 1234 Ab', [['123']]],
  ['\\w+@\\w+\\.com', 'foo@x.com 1234 Ab', [['foo@x.com']]],
  ['\\p{Alpha}+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['\\p{L}+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['\\p{Lu}', 'hello HELLO', [['H'], ['E'], ['L'], ['L'], ['O']]],
  ['\\pL+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['\\P{Digit}+', 'some_test_string', [['some_test_string']]],
  ['[\\p{Punct}]+', 'some_test_string', [['_'], ['_']]],
  ['\\Qa.b\\E', 'a.b a.b+ a.bb', [['a.b'], ['a.b'], ['a.b']]],
  ['\\Qa.b\\E+', 'a.b a.b+ a.bb', [['a.b'], ['a.b'], ['a.bb']]],
  ['x$', 'x\n', [['x']]],
  ['^x', 'x\n', [['x']]],
  ['(?m)^b', 'a\nb\nx', [['b']]],
  ['(?m)a$', 'a\nb\nx', [['a']]],
  ['(a)(b)?(c)', 'abc aabb', [['abc', 'a', 'b', 'c']]],
  ['(?<first>\\w)(?<second>\\w)\\k<first>', 'aaab', [['aaa', 'a', 'a']]],
  [
    '(\\w)\\1',
    'abc aabb',
    [
      ['aa', 'a'],
      ['bb', 'b'],
    ],
  ],
  ['(\\w)\\10', 'some_test_string', []],
  ['[^a-z]+', 'some_test_string', [['_'], ['_']]],
  ['[]a]+', 'abc aabb', [['a'], ['aa']]],
  ['[a-]+', 'abc aabb', [['a'], ['aa']]],
  ['[-a]+', 'abc aabb', [['a'], ['aa']]],
  ['[a\\-z]+', 'abc aabb', [['a'], ['aa']]],
  ['\\x41', 'foo@x.com 1234 Ab', [['A']]],
  ['\\u0041', 'foo@x.com 1234 Ab', [['A']]],
  ['\\t', 'some_test_string', []],
  ['\\s+', 'abc aabb', [[' ']]],
  ['\\S+', 'some_test_string', [['some_test_string']]],
  ['\\h+', 'abc aabb', [[' ']]],
  [
    'a|b|',
    'some_test_string',
    [[''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], [''], ['']],
  ],
  [
    '(|a)b',
    'abc aabb',
    [
      ['ab', 'a'],
      ['ab', 'a'],
      ['b', ''],
    ],
  ],
  ['a{2}', 'abc aabb', [['aa']]],
  ['a{2,}', 'abc aabb', [['aa']]],
  ['a??b', 'abc aabb', [['ab'], ['ab'], ['b']]],
  [
    '(a+?)(a*)',
    'abc aabb',
    [
      ['a', 'a', ''],
      ['aa', 'a', 'a'],
    ],
  ],
  ['\\bfoo\\b', 'foo@x.com 1234 Ab', [['foo']]],
  ['\\Bo', 'some_test_string', [['o']]],
  ['\\Aab', 'abc aabb', [['ab']]],
  ['b\\z', 'abc aabb', [['b']]],
  ['b\\Z', 'abc aabb', [['b']]],
  ['[.]', 'a.b a.b+ a.bb', [['.'], ['.'], ['.']]],
  ['[$^]', 'A.B! [x] $^ }', [['$'], ['^']]],
  ['[\\[\\]]', 'abab aa 11 ]a-]', [[']'], [']']]],
  ['}', 'A.B! [x] $^ }', [['}']]],
  ['a]', 'some_test_string', []],
  ['(?s).+', 'some_test_string', [['some_test_string']]],
  ['.+', 'some_test_string', [['some_test_string']]],
  ['(?x) a b # c', 'abc aabb', [['ab'], ['ab']]],
  ['[[:alpha:]]', 'abc aabb', [['a'], ['a'], ['a']]],
  ['[a-z[0-9]]+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['[^[a-c]]+', 'some_test_string', [['some_test_string']]],
  ['[a-z&&[def]]', 'some_test_string', [['e'], ['e']]],
  ['[a-z&&[^m-p]]+', 'some_test_string', [['s'], ['e'], ['test'], ['stri'], ['g']]],
  ['*a', 'some_test_string', undefined],
  ['(a', 'some_test_string', undefined],
  ['a)', 'some_test_string', undefined],
  ['[a', 'some_test_string', undefined],
  ['a{', 'some_test_string', undefined],
  ['\\', 'some_test_string', undefined],
  ['\\y', 'some_test_string', undefined],
  ['(?<=a)b', 'abc aabb', [['b'], ['b']]],
  ['(?<!a)b', 'abc aabb', [['b']]],
  ['a(?=b)', 'abc aabb', [['a'], ['a']]],
  ['a(?!b)', 'abc aabb', [['a']]],
  ['(a|ab)(c|bcd)(d*)', 'abc aabb', [['abc', 'ab', 'c', '']]],
  [
    '((a)(b))',
    'abc aabb',
    [
      ['ab', 'ab', 'a', 'b'],
      ['ab', 'ab', 'a', 'b'],
    ],
  ],
  ['\\p{javaLowerCase}+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['\\p{IsAlphabetic}+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['\\p{IsLatin}+', 'some_test_string', [['some'], ['test'], ['string']]],
  ['(?:ab)+', 'abc aabb', [['ab'], ['ab']]],
  [
    '([aeiou]).',
    'some_test_string',
    [
      ['om', 'o'],
      ['e_', 'e'],
      ['es', 'e'],
      ['in', 'i'],
    ],
  ],
  ['\\0101', 'foo@x.com 1234 Ab', [['A']]],
  ['é', 'é😀e', [['é']]],
  ['😀', 'é😀e', [['😀']]],
  [
    '.',
    'some_test_string',
    [
      ['s'],
      ['o'],
      ['m'],
      ['e'],
      ['_'],
      ['t'],
      ['e'],
      ['s'],
      ['t'],
      ['_'],
      ['s'],
      ['t'],
      ['r'],
      ['i'],
      ['n'],
      ['g'],
    ],
  ],
  ['[😀é]+', 'é😀e', [['é😀']]],
  [
    '(a++)b',
    'abc aabb',
    [
      ['ab', 'a'],
      ['aab', 'aa'],
    ],
  ],
  [
    '(x++|a)b',
    'abc aabb',
    [
      ['ab', 'a'],
      ['ab', 'a'],
    ],
  ],
  ['[a-zA-Z_][\\w-]*', 'some_test_string', [['some_test_string']]],
  ['[\\w.]+', 'some_test_string', [['some_test_string']]],
  ['[+-]?\\d+', 'foo@x.com 1234 Ab', [['1234']]],
  ['\\d+-\\d+', 'x-y_z +12 -3 4-5', [['4-5']]],
  ['a&&b', 'some_test_string', []],
  ['[a&b]+', 'abc aabb', [['ab'], ['aabb']]],
  ['[&&a]', 'abc aabb', [['a'], ['a'], ['a']]],
  ['#', '${v}/&#~ab', [['#']]],
  ['~', '${v}/&#~ab', [['~']]],
  ['a-b', 'some_test_string', []],
  ['[!#]+', 'A.B! [x] $^ }', [['!']]],
  ['\\$\\{(\\w+)\\}', '${v}/&#~ab', [['${v}', 'v']]],
  ['\\/', '${v}/&#~ab', [['/']]],
  ['[/]', '${v}/&#~ab', [['/']]],
];

const REPLACED: readonly (readonly [string, string, string | undefined])[] = [
  ['(\\w)(\\w)', '<$0>', '<ab>c <aa><bb>'],
  ['(\\w)(\\w)', '[$1]', '[a]c [a][b]'],
  ['(\\w)(\\w)', '\\$', '$c $$'],
  ['(\\w)(\\w)', '$', undefined],
  ['(\\w)(\\w)', '${first}', undefined],
  ['(\\w)(\\w)', 'a\\\\b', 'a\\bc a\\ba\\b'],
  ['(\\w)(\\w)', '$10', 'a0c a0b0'],
  ['(\\w)(\\w)', '$2', 'bc ab'],
  ['(?<first>\\w)', '<$0>', '<a><b><c> <a><a><b><b>'],
  ['(?<first>\\w)', '[$1]', '[a][b][c] [a][a][b][b]'],
  ['(?<first>\\w)', '\\$', '$$$ $$$$'],
  ['(?<first>\\w)', '$', undefined],
  ['(?<first>\\w)', '${first}', 'abc aabb'],
  ['(?<first>\\w)', 'a\\\\b', 'a\\ba\\ba\\b a\\ba\\ba\\ba\\b'],
  ['(?<first>\\w)', '$10', 'a0b0c0 a0a0b0b0'],
  ['(?<first>\\w)', '$2', undefined],
  ['a', '<$0>', '<a>bc <a><a>bb'],
  ['a', '[$1]', undefined],
  ['a', '\\$', '$bc $$bb'],
  ['a', '$', undefined],
  ['a', '${first}', undefined],
  ['a', 'a\\\\b', 'a\\bbc a\\ba\\bbb'],
  ['a', '$10', undefined],
  ['a', '$2', undefined],
];

const orUndefined = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

describe('javaRegex', () => {
  it.each(MATCHES)('finds %j in %j', (pattern, text, expected) => {
    const found = () =>
      [...javaRegex(pattern).matches(text)].map(({ groups }) => groups.map((group) => group ?? null));
    expect(orUndefined(found)).toEqual(expected);
  });

  it.each(REPLACED)('replaces matches of %j in "abc aabb" by %j', (pattern, template, expected) => {
    const expand = javaReplacement(template);
    const replaced = () => {
      let [result, from] = ['', 0];
      for (const match of javaRegex(pattern).matches('abc aabb')) {
        result += 'abc aabb'.slice(from, match.index) + expand(match);
        from = match.index + match.groups[0]!.length;
      }
      return result + 'abc aabb'.slice(from);
    };
    expect(orUndefined(replaced)).toBe(expected);
  });
});
