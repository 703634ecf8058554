/** Character classes of java.util.regex as sets of JavaScript's `v` mode. */

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: '\\x20-~',
  Blank: '\\x20\\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: '\\x20\\t\\n\\x0B\\f\\r',
};
const JAVA_METHODS: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaWhitespace: '\\s',
  javaMirrored: '\\p{Bidi_Mirrored}',
  javaLetter: '\\p{L}',
  javaDigit: '\\p{Nd}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
  javaAlphabetic: '\\p{Alphabetic}',
};

/** `\p{…}` as a set; throws RangeError where JavaScript knows no such property. */
export function propertySet(name: string, negated: boolean): string {
  const known = POSIX[name] ?? JAVA_METHODS[name];
  if (known !== undefined) return set(known, negated);
  const property = name
    .replace(/^(?:Is|general_category=|gc=)/, '')
    .replace(/^(?:script|sc|IsScript)=/i, 'Script=');
  for (const candidate of [property, `Script=${property}`]) {
    try {
      new RegExp(`\\p{${candidate}}`, 'v');
      return `\\${negated ? 'P' : 'p'}{${candidate}}`;
    } catch {
      // The next form may be one.
    }
  }
  throw new RangeError(`Unknown character property name {${name}}`);
}

const PREDEFINED: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z_0-9',
  s: '\\x20\\t\\n\\x0B\\f\\r',
  h: '\\x20\\t\\xA0\\u1680\\u180E\\u2000-\\u200A\\u202F\\u205F\\u3000',
  v: '\\n\\x0B\\f\\r\\x85\\u2028\\u2029',
};

/** `\d`, `\W` and the like as a set; undefined for letters that are none. */
export function predefinedSet(letter: string): string | undefined {
  const members = PREDEFINED[letter.toLowerCase()];
  return members === undefined ? undefined : set(members, letter !== letter.toLowerCase());
}

function set(members: string, negated: boolean): string {
  return `[${negated ? '^' : ''}${members}]`;
}

/** One character as `v` mode takes it, inside and outside of sets. */
export function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~]/.test(char)
    ? `\\u{${char.codePointAt(0)!.toString(16)}}`
    : char;
}
