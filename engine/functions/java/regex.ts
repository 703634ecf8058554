/**
 * Regular expressions of java.util.regex in JavaScript's: quoting (\Q…\E), \A \z \Z \h, POSIX classes, leading flags,
 * possessive quantifiers (taken as greedy: they match the same texts unless backtracking is what makes a match).
 */
const cache = new Map<string, RegExp>();

/** A global regular expression for `matchAll` and `replace`; throws RangeError where the pattern is none. */
export function javaRegExp(pattern: string): RegExp {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    if (cache.size > 1000) cache.clear();
    cache.set(pattern, (regex = translate(pattern)));
  }
  regex.lastIndex = 0;
  return regex;
}

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0B\\f\\r',
};

function translate(pattern: string): RegExp {
  const flags = /^\(\?([ismux]+)\)/.exec(pattern);
  const source = translateBody(flags === null ? pattern : pattern.slice(flags[0].length));
  const chosen = [...new Set(flags?.[1] ?? '')].filter((flag) => 'ism'.includes(flag)).join('');
  const unicode = /\\[pP]\{/.test(source) ? 'u' : '';
  try {
    return new RegExp(source, `g${chosen}${unicode}`);
  } catch (error) {
    throw new RangeError(`Invalid regular expression pattern: ${pattern}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function translateBody(pattern: string): string {
  let result = '';
  let classDepth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\') {
      const { text, next } = translateEscape(pattern, at, classDepth > 0);
      result += text;
      at = next - 1;
    } else if (char === '[') {
      result += classDepth++ === 0 ? '[' : '\\[';
    } else if (char === ']' && classDepth > 0) {
      classDepth--;
      result += ']';
    } else if (
      char === '+' &&
      classDepth === 0 &&
      /[*+?}]/.test(pattern[at - 1] ?? '') &&
      pattern[at - 2] !== '\\'
    ) {
      continue;
    } else result += char;
  }
  return result;
}

function translateEscape(pattern: string, at: number, inClass: boolean): { text: string; next: number } {
  const char = pattern[at + 1] ?? '';
  const rest = pattern.slice(at);
  if (char === 'Q') {
    const end = pattern.indexOf('\\E', at + 2);
    const literal = pattern.slice(at + 2, end < 0 ? undefined : end);
    return {
      text: literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
      next: end < 0 ? pattern.length : end + 2,
    };
  }
  const posix = /^\\([pP])\{(?:Is)?(\w+)\}/.exec(rest);
  if (posix !== null)
    return { text: posixClass(posix[1] === 'P', posix[2]!, inClass, posix[0]), next: at + posix[0].length };
  const simple: Readonly<Record<string, string>> = {
    A: '^',
    z: '(?![\\s\\S])',
    Z: '(?=\\n?(?![\\s\\S]))',
    h: inClass ? ' \\t\\u00A0' : '[ \\t\\u00A0]',
    R: '(?:\\r\\n|[\\n\\r\\u2028\\u2029])',
    a: '\\x07',
    e: '\\x1B',
  };
  return { text: simple[char] ?? `\\${char}`, next: at + 2 };
}

function posixClass(negated: boolean, name: string, inClass: boolean, whole: string): string {
  const members = POSIX[name];
  if (members === undefined) return whole.replace('{Is', '{');
  return inClass && !negated ? members : `[${negated ? '^' : ''}${members}]`;
}

/** Java's replacement text: `$1` and `${name}` are groups, a backslash takes the next character as it is. */
export function javaReplacement(
  template: string,
): (groups: readonly (string | undefined)[], named: Record<string, string> | undefined) => string {
  return (groups, named) =>
    template.replace(
      /\\(.)|\$(\d)|\$\{(\w+)\}/gs,
      (_all, literal?: string, index?: string, name?: string) => {
        if (literal !== undefined) return literal;
        if (index === undefined) return named?.[name!] ?? '';
        if (Number(index) >= groups.length) throw new RangeError(`No group ${index}`);
        return groups[Number(index)] ?? '';
      },
    );
}
