import { literal, predefinedSet, propertySet } from './classes';
import type { RegexNode, RegexTree } from './syntax';

const END = '(?![\\s\\S])';
const SIMPLE: Readonly<Record<string, string>> = {
  t: '\\t',
  n: '\\n',
  r: '\\r',
  f: '\\f',
  a: '\\x07',
  e: '\\x1B',
  b: '\\b',
  B: '\\B',
  A: '(?<![\\s\\S])',
  z: END,
  Z: `(?=(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])?${END})`,
  R: '(?:\\r\\n|[\\n\\x0B\\f\\r\\x85\\u2028\\u2029])',
};
const QUANTIFIER = /[*+?]|\{\d+(?:,\d*)?\}/y;
const GROUP_NAME = /\?<([A-Za-z][A-Za-z0-9]*)>/y;
const LOOK = /\?(?:[:=!]|<[=!])/y;
const FLAGS = /\?([idmsuxU]+)\)/y;

/** Reads a pattern; throws RangeError for what Java refuses, or JavaScript cannot do. */
export function readRegex(pattern: string): RegexTree {
  return new RegexReader(pattern).tree();
}

class RegexReader {
  private at = 0;
  private captures = 0;
  private flags = '';
  private comments = false;

  constructor(private readonly pattern: string) {}

  tree(): RegexTree {
    const root = this.alternatives();
    if (this.at < this.pattern.length) throw this.fail(`Unmatched closing ')'`);
    return { root, flags: this.flags, captures: this.captures };
  }

  private alternatives(): RegexNode {
    const nodes: RegexNode[] = [];
    while (this.at < this.pattern.length && this.pattern[this.at] !== ')') {
      if (this.pattern[this.at] === '|') {
        this.at++;
        nodes.push({ kind: 'text', text: '|' });
      } else if (this.comments && /[\s#]/.test(this.pattern[this.at]!)) this.skipComment();
      else if (!this.takeFlags()) nodes.push(this.quantified());
    }
    return { kind: 'sequence', nodes };
  }

  private skipComment(): void {
    if (this.pattern[this.at] === '#') this.at += /[^\n]*/.exec(this.pattern.slice(this.at))![0].length;
    else this.at++;
  }

  /** `(?i)` at the start holds for all; elsewhere JavaScript cannot do it. */
  private takeFlags(): boolean {
    if (this.pattern[this.at] !== '(') return false;
    const found = this.match(FLAGS, this.at + 1);
    if (found === undefined) return false;
    if (this.at !== 0) throw this.fail('flags are supported at the start of a pattern only');
    this.flags = [...new Set(found[1])].filter((flag) => 'ims'.includes(flag)).join('');
    this.comments = found[1]!.includes('x');
    this.at += found[0].length + 1;
    return true;
  }

  private quantified(): RegexNode {
    const node = this.atom();
    const quantifier = this.match(QUANTIFIER, this.at)?.[0];
    if (quantifier === undefined) return node;
    this.at += quantifier.length;
    const mode = this.pattern[this.at];
    if (mode === '?' || mode === '+') this.at++;
    const text: RegexNode = { kind: 'text', text: mode === '?' ? `${quantifier}?` : quantifier };
    const repeated: RegexNode = { kind: 'sequence', nodes: [node, text] };
    return mode === '+' ? { kind: 'atomic', body: repeated } : repeated;
  }

  private atom(): RegexNode {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.at)!);
    if (char === '(') return this.group();
    if (char === '[') return { kind: 'text', text: this.set() };
    if (char === '\\') return this.escape();
    if ('*+?{'.includes(char)) throw this.fail(`Dangling meta character '${char}'`);
    this.at += char.length;
    if (char === '$') return { kind: 'text', text: this.flags.includes('m') ? '$' : SIMPLE['Z']! };
    return { kind: 'text', text: char === '.' || char === '^' ? char : literal(char) };
  }

  private group(): RegexNode {
    this.at++;
    const look = this.match(LOOK, this.at)?.[0];
    const name = this.match(GROUP_NAME, this.at);
    if (look !== undefined) return this.inGroup(look, (body) => ({ kind: 'group', open: `(${look}`, body }));
    if (name !== undefined) return this.inGroup(name[0], this.capture(name[1]));
    if (this.pattern.startsWith('?>', this.at))
      return this.inGroup('?>', (body) => ({ kind: 'atomic', body }));
    if (this.pattern[this.at] === '?') throw this.fail('Unknown or unsupported kind of group');
    return this.inGroup('', this.capture());
  }

  private capture(name?: string): (body: RegexNode) => RegexNode {
    const index = ++this.captures;
    return (body) => ({ kind: 'capture', index, name, body });
  }

  private inGroup(opening: string, make: (body: RegexNode) => RegexNode): RegexNode {
    this.at += opening.length;
    const body = this.alternatives();
    if (this.pattern[this.at] !== ')') throw this.fail('Unclosed group');
    this.at++;
    // A quantifier binds to the whole of it.
    return { kind: 'group', open: '(?:', body: make(body) };
  }

  private escape(): RegexNode {
    const next = this.pattern[this.at + 1];
    if (next === undefined) throw this.fail('Unexpected end after a backslash');
    if (next === 'Q') return { kind: 'text', text: this.quoted() };
    if (next === 'k') return this.namedReference();
    if (/[1-9]/.test(next)) return this.numberedReference();
    const simple = SIMPLE[next];
    if (simple === undefined) return { kind: 'text', text: this.character() };
    this.at += 2;
    return { kind: 'text', text: simple };
  }

  private namedReference(): RegexNode {
    const name = /^\\k<([A-Za-z][A-Za-z0-9]*)>/.exec(this.pattern.slice(this.at));
    if (name === null) throw this.fail('\\k is not followed by a group name');
    this.at += name[0].length;
    return { kind: 'reference', group: name[1]! };
  }

  /** More digits belong to it as long as there are so many groups. */
  private numberedReference(): RegexNode {
    let digits = this.pattern[this.at + 1]!;
    while (/\d/.test(this.pattern[this.at + 1 + digits.length] ?? '')) {
      const longer = digits + this.pattern[this.at + 1 + digits.length]!;
      if (Number(longer) > this.captures) break;
      digits = longer;
    }
    this.at += 1 + digits.length;
    return { kind: 'reference', group: Number(digits) };
  }

  private quoted(): string {
    const end = this.pattern.indexOf('\\E', this.at + 2);
    const text = this.pattern.slice(this.at + 2, end < 0 ? undefined : end);
    this.at = end < 0 ? this.pattern.length : end + 2;
    return [...text].map(literal).join('');
  }

  /** An escape that stands for a character or a set of them. */
  private character(): string {
    const rest = this.pattern.slice(this.at);
    const property = /^\\([pP])(?:\{([^}]*)\}|(.))/.exec(rest);
    if (property !== null) {
      this.at += property[0].length;
      return propertySet(property[2] ?? property[3]!, property[1] === 'P');
    }
    const code = /^\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/.exec(
      rest,
    );
    if (code !== null) {
      this.at += code[0].length;
      const hex = code[1] ?? code[2] ?? code[3];
      return `\\u{${(hex === undefined ? parseInt(code[4]!, 8) : parseInt(hex, 16)).toString(16)}}`;
    }
    const letter = rest[1]!;
    const known = predefinedSet(letter) ?? (/[tnrfae]/.test(letter) ? SIMPLE[letter] : undefined);
    if (known === undefined && /[A-Za-z]/.test(letter))
      throw this.fail(`Illegal/unsupported escape sequence \\${letter}`);
    this.at += 2;
    return known ?? literal(letter);
  }

  /** `[…]` with unions and intersections (&&) in it. */
  private set(): string {
    this.at++;
    const negated = this.pattern[this.at] === '^';
    if (negated) this.at++;
    const operands: string[] = [''];
    for (let first = true; first || this.pattern[this.at] !== ']'; first = false) {
      if (this.at >= this.pattern.length) throw this.fail('Unclosed character class');
      if (this.pattern.startsWith('&&', this.at)) {
        this.at += 2;
        operands.push('');
      } else operands[operands.length - 1] += this.setItem();
    }
    this.at++;
    const sets = operands.filter((operand) => operand !== '');
    const members = sets.length === 1 ? sets[0]! : sets.map((operand) => `[${operand}]`).join('&&');
    return `[${negated ? '^' : ''}${members}]`;
  }

  private setItem(): string {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.at)!);
    if (char === '[') return this.set();
    if (char === '\\') return this.pattern[this.at + 1] === 'Q' ? this.quoted() : this.character();
    this.at += char.length;
    // A hyphen between two characters makes a range, elsewhere it is itself.
    const range =
      char === '-' &&
      /[^\]&[]/.test(this.pattern[this.at] ?? '') &&
      /[^[^]/.test(this.pattern[this.at - 2] ?? '');
    return range ? '-' : literal(char);
  }

  private match(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.pattern) ?? undefined;
  }

  private fail(why: string): RangeError {
    return new RangeError(
      `Invalid regular expression pattern: ${this.pattern}: ${why} near index ${this.at}`,
    );
  }
}
