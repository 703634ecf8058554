/**
 * Pattern texts of java.time.format.DateTimeFormatter as elements.
 * Source: Java SE 17 API documentation, DateTimeFormatter, "Patterns for Formatting and Parsing".
 */
export type Element =
  | { readonly kind: 'literal'; readonly text: string }
  | FieldElement
  | { readonly kind: 'optional'; readonly elements: readonly Element[] };

export interface FieldElement {
  readonly kind: 'field';
  readonly letter: string;
  readonly count: number;
  /** Blanks on the left up to this width: the pad modifier `p`. */
  readonly padTo?: number;
}

/** Most letters in a row that a field takes. */
const MOST: Readonly<Record<string, number>> = {
  G: 5,
  u: 19,
  y: 19,
  Y: 19,
  D: 3,
  M: 5,
  L: 5,
  d: 2,
  Q: 5,
  q: 5,
  w: 2,
  W: 1,
  E: 5,
  e: 5,
  c: 5,
  F: 1,
  a: 1,
  B: 5,
  h: 2,
  K: 2,
  k: 2,
  H: 2,
  m: 2,
  s: 2,
  S: 9,
  A: 19,
  n: 19,
  N: 19,
  g: 19,
  V: 2,
  z: 4,
  O: 4,
  X: 5,
  x: 5,
  Z: 5,
};
/** Fields that not every count up to the most is allowed for. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  V: [2],
  O: [1, 4],
  B: [1, 4, 5],
  c: [1, 3, 4, 5],
};
const RESERVED = '{}#';

/** Throws RangeError where the text is no pattern. */
export function readPattern(pattern: string): readonly Element[] {
  return new PatternReader(pattern).read(false);
}

class PatternReader {
  private at = 0;
  constructor(private readonly pattern: string) {}

  read(nested: boolean): Element[] {
    const elements: Element[] = [];
    while (this.at < this.pattern.length) {
      const char = this.pattern[this.at]!;
      if (char === ']') {
        if (!nested) throw this.invalid('as it contains ] without previous [');
        this.at++;
        return elements;
      }
      elements.push(this.element(char));
    }
    return elements;
  }

  private element(char: string): Element {
    if (char === '[') {
      this.at++;
      return { kind: 'optional', elements: this.read(true) };
    }
    if (char === "'") return { kind: 'literal', text: this.quoted() };
    if (/[A-Za-z]/.test(char)) return char === 'p' ? this.padded() : this.field();
    if (RESERVED.includes(char)) throw this.invalid(`includes reserved character: '${char}'`);
    this.at++;
    return { kind: 'literal', text: char };
  }

  private field(padTo?: number): FieldElement {
    const letter = this.pattern[this.at]!;
    const count = this.run();
    const most = MOST[letter];
    if (letter === 'v')
      throw new RangeError('Pattern letter v is not supported by the local engine; use z or VV');
    if (most === undefined) throw new RangeError(`Unknown pattern letter: ${letter}`);
    if (count > most) throw new RangeError(`Too many pattern letters: ${letter}`);
    if (COUNTS[letter]?.includes(count) === false)
      throw new RangeError(`Invalid number of pattern letters: ${letter.repeat(count)}`);
    return { kind: 'field', letter, count, ...(padTo === undefined ? {} : { padTo }) };
  }

  private padded(): FieldElement {
    const width = this.run();
    if (!/[A-Za-z]/.test(this.pattern[this.at] ?? ''))
      throw this.invalid("Pad letter 'p' must be followed by valid pad pattern");
    return this.field(width);
  }

  private run(): number {
    const [start, letter] = [this.at, this.pattern[this.at]];
    while (this.pattern[this.at] === letter) this.at++;
    return this.at - start;
  }

  /** Two quotes are one, inside and outside of a quoted text. */
  private quoted(): string {
    let text = '';
    for (let at = this.at + 1; at < this.pattern.length; at++) {
      const char = this.pattern[at]!;
      if (char !== "'") text += char;
      else if (this.pattern[at + 1] === "'") {
        text += "'";
        at++;
      } else {
        const empty = at === this.at + 1;
        this.at = at + 1;
        return empty ? "'" : text;
      }
    }
    throw new RangeError(`Pattern ends with an incomplete string literal: ${this.pattern}`);
  }

  private invalid(why: string): RangeError {
    return new RangeError(`Pattern "${this.pattern}" invalid: ${why}`);
  }
}
