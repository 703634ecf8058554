import { SerdeError } from '../contracts';

const QUOTE = 34;
const BACKSLASH = 92;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON (RFC 8259) token by token without losing digits: numbers stay text until a column says what they are.
 * `JSON.parse` cannot be used: it rounds 64-bit integers and decimals, and forgets the text of nested values.
 */
export class JsonScanner {
  text = '';
  position = 0;

  reset(text: string): void {
    this.text = text;
    this.position = 0;
  }

  /** Code of the next character after white space; NaN at the end. Does not consume it. */
  peek(): number {
    const text = this.text;
    let position = this.position;
    let code = text.charCodeAt(position);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++position);
    this.position = position;
    return code;
  }

  /** Consumes the character when it comes next. */
  accept(code: number): boolean {
    if (this.peek() !== code) return false;
    this.position++;
    return true;
  }

  expect(code: number): void {
    if (!this.accept(code)) this.fail(`'${String.fromCharCode(code)}'`);
  }

  /** After the last value: nothing but white space may follow. */
  end(): void {
    if (!Number.isNaN(this.peek())) this.fail('end of input');
  }

  string(): string {
    this.expect(QUOTE);
    const start = this.position;
    const text = this.text;
    let position = start;
    for (;;) {
      const code = text.charCodeAt(position);
      if (code === QUOTE) break;
      if (code === BACKSLASH) return this.escapedString(start, position);
      if (!(code >= 32)) this.fail('a closing quote');
      position++;
    }
    this.position = position + 1;
    return text.slice(start, position);
  }

  private escapedString(start: number, firstEscape: number): string {
    let result = this.text.slice(start, firstEscape);
    this.position = firstEscape;
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code === QUOTE) break;
      if (!(code >= 32)) this.fail('a closing quote');
      if (code === BACKSLASH) result += this.escape();
      else result += this.text[this.position++];
    }
    this.position++;
    return result;
  }

  private escape(): string {
    const letter = this.text[this.position + 1] ?? '';
    this.position += 2;
    if (letter !== 'u') return ESCAPES[letter] ?? this.fail('an escape sequence');
    const hex = this.text.slice(this.position, this.position + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('four hexadecimal digits');
    this.position += 4;
    return String.fromCharCode(parseInt(hex, 16));
  }

  /** The digits of a number as they are written. */
  numberText(): string {
    this.peek();
    NUMBER.lastIndex = this.position;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.fail('a value');
    this.position = NUMBER.lastIndex;
    return match[0];
  }

  /** `true`, `false` or `null`. */
  word(expected: string): void {
    if (!this.text.startsWith(expected, this.position)) this.fail('a value');
    this.position += expected.length;
  }

  /** Calls back at each field, standing before its value, which the callback must consume. */
  object(onField: (name: string) => void): void {
    this.expect(123);
    if (this.accept(125)) return;
    do {
      const name = this.string();
      this.expect(58);
      onField(name);
    } while (this.accept(44));
    this.expect(125);
  }

  /** Calls back at each element, which the callback must consume. */
  array(onElement: () => void): void {
    this.expect(91);
    if (this.accept(93)) return;
    do onElement();
    while (this.accept(44));
    this.expect(93);
  }

  /** Consumes any value. */
  skip(): void {
    switch (this.peek()) {
      case 123:
        return this.object(() => this.skip());
      case 91:
        return this.array(() => this.skip());
      case QUOTE:
        this.string();
        return;
      case 116:
        return this.word('true');
      case 102:
        return this.word('false');
      case 110:
        return this.word('null');
      default:
        this.numberText();
    }
  }

  /** Consumes any value and gives its text without white space, escapes in their shortest form. */
  compactText(): string {
    switch (this.peek()) {
      case 123: {
        const fields: string[] = [];
        this.object((name) => fields.push(`${JSON.stringify(name)}:${this.compactText()}`));
        return `{${fields.join(',')}}`;
      }
      case 91: {
        const elements: string[] = [];
        this.array(() => elements.push(this.compactText()));
        return `[${elements.join(',')}]`;
      }
      case QUOTE:
        return JSON.stringify(this.string());
      default: {
        const start = this.position;
        this.skip();
        return this.text.slice(start, this.position);
      }
    }
  }

  fail(expected: string): never {
    const found =
      this.position < this.text.length
        ? `'${this.text.slice(this.position, this.position + 20)}'`
        : 'the end of input';
    throw new SerdeError(`invalid JSON: expected ${expected}, found ${found} at offset ${this.position}`);
  }
}
