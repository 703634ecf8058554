import { createHash } from 'node:crypto';
import { scalar, variant } from '../function-row';
import type { EvalContext, FunctionRow } from '../function-row';
import { decodeText, encodeText } from './encodings';

const CATEGORY = 'STRING';
const INVALID_PADDING = null;

/** 1-based; 0 counts as 1; negative counts from the end. */
function startOf(position: number, length: number): number {
  if (position > 0) return Math.min(position - 1, length);
  return position === 0 ? 0 : Math.max(length + position, 0);
}
function endOf(start: number, count: number, length: number): number {
  return Math.min(start + Math.max(count, 0), length);
}
function substring(text: string, position: number, count?: number): string {
  const start = startOf(position, text.length);
  return text.slice(start, count === undefined ? text.length : endOf(start, count, text.length));
}
function subbytes(bytes: Buffer, position: number, count?: number): Buffer {
  const start = startOf(position, bytes.length);
  return bytes.subarray(start, count === undefined ? bytes.length : endOf(start, count, bytes.length));
}

function padText(text: string, length: number, padding: string, left: boolean): string | null {
  if (length < 0 || padding === '') return INVALID_PADDING;
  return left
    ? text.length > length
      ? text.slice(0, length)
      : text.padStart(length, padding)
    : text.slice(0, length).padEnd(length, padding);
}
function padBytes(bytes: Buffer, length: number, padding: Buffer, left: boolean): Buffer | null {
  if (length < 0 || padding.length === 0) return INVALID_PADDING;
  if (bytes.length >= length) return bytes.subarray(0, length);
  const fill = Buffer.alloc(length - bytes.length, padding);
  return Buffer.concat(left ? [fill, bytes] : [bytes, fill]);
}

/** 1-based place of the n-th occurrence; 0 when there is none. A negative position searches backwards from the end. */
function instr(text: string, part: string, position = 1, occurrence = 1): number {
  if (occurrence < 1 || position === 0) return 0;
  let at = position > 0 ? position - 2 : text.length + position + 1;
  for (let found = 0; found < occurrence; found++) {
    at = position > 0 ? text.indexOf(part, at + 1) : at <= 0 ? -1 : text.lastIndexOf(part, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

function initcap(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|\s)(\S)/gu, (_all, before: string, letter: string) => before + letter.toUpperCase());
}

/** Java's String.trim: drops everything up to and including the blank from both ends. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}

function chr(code: number): string | null {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
function chrOfEscape(code: string): string | null {
  if (!/^(?:\\u[0-9a-fA-F]{4}){1,2}$/.test(code)) return null;
  return code.replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function splitBytes(bytes: Buffer, delimiter: Buffer): Buffer[] {
  if (delimiter.length === 0)
    return bytes.length === 0 ? [bytes] : [...bytes].map((byte) => Buffer.from([byte]));
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + delimiter.length;
  }
  return [...parts, bytes.subarray(from)];
}

function splitToMap(text: string, entryDelimiter: string, pairDelimiter: string): Map<string, string> | null {
  if (entryDelimiter === '' || pairDelimiter === '') return null;
  const pairs = text.split(entryDelimiter).map((entry) => entry.split(pairDelimiter));
  return new Map(pairs.filter((pair) => pair.length > 1).map((pair) => [pair[0]!, pair[1]!]));
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
function randomUuid(context: EvalContext): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(context.random() * 256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return uuidOf(bytes);
}

type Text = string | null;

export const STRING_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'CHR',
    CATEGORY,
    {
      description: 'The character of a code point, given as a number or as a \\uXXXX escape.',
      examples: [
        ['CHR(75)', 'K'],
        ["CHR('\\u004b')", 'K'],
        ['CHR(-1)', 'null'],
      ],
    },
    variant('INT decimalCode -> VARCHAR', chr),
    variant('VARCHAR utf16Code -> VARCHAR', chrOfEscape),
  ),
  scalar(
    'CONCAT',
    CATEGORY,
    {
      description: 'Joins the values; NULLs are left out.',
      nulls: 'handled',
      examples: [["CONCAT('a', NULL, 'b')", 'ab']],
    },
    variant('VARCHAR... inputs -> VARCHAR', (...parts: Text[]) =>
      parts.filter((part) => part !== null).join(''),
    ),
    variant('BYTES... inputs -> BYTES', (...parts: (Buffer | null)[]) =>
      Buffer.concat(parts.filter((part) => part !== null)),
    ),
  ),
  scalar(
    'CONCAT_WS',
    CATEGORY,
    {
      description: 'Joins the values with the first one between them; other NULLs are left out.',
      label: 'concat_ws',
      nulls: 'handled',
      examples: [
        ["CONCAT_WS('-', 'a', NULL, 'b')", 'a-b'],
        ["CONCAT_WS(CAST(NULL AS STRING), 'a', 'b')", 'null'],
      ],
    },
    variant('VARCHAR... inputs -> VARCHAR', (separator: Text, ...parts: Text[]) =>
      separator === null ? null : parts.filter((part) => part !== null).join(separator),
    ),
    variant('BYTES... inputs -> BYTES', (separator: Buffer | null, ...parts: (Buffer | null)[]) => {
      if (separator === null) return null;
      const kept = parts.filter((part) => part !== null);
      return Buffer.concat(kept.flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
    }),
  ),
  scalar(
    'ELT',
    CATEGORY,
    {
      description: 'The n-th of the values, counted from 1; NULL when there is no such one.',
      nulls: 'handled',
      examples: [
        ["ELT(2, 'a', 'b')", 'b'],
        ["ELT(3, 'a', 'b')", 'null'],
      ],
    },
    variant('INT n; VARCHAR... args -> VARCHAR', (n: number | null, ...args: Text[]) =>
      n === null || n < 1 ? null : (args[n - 1] ?? null),
    ),
  ),
  scalar(
    'FIELD',
    CATEGORY,
    {
      description: 'The place of the first value among the others, counted from 1; 0 when it is not there.',
      nulls: 'handled',
      examples: [
        ["FIELD('b', 'a', 'b')", '2'],
        ["FIELD('c', 'a', 'b')", '0'],
      ],
    },
    variant('VARCHAR str; VARCHAR... args -> INT', (text: Text, ...args: Text[]) =>
      text === null ? 0 : args.indexOf(text) + 1,
    ),
  ),
  scalar(
    'ENCODE',
    CATEGORY,
    {
      description: 'Reads a text in one encoding and writes it in another: hex, utf8, ascii, base64.',
      examples: [
        ["ENCODE('4578', 'hex', 'ascii')", 'Ex'],
        ["ENCODE('Ex', 'utf8', 'base64')", 'RXg='],
      ],
    },
    variant(
      'VARCHAR str; VARCHAR inputEncoding; VARCHAR outputEncoding -> VARCHAR',
      (text: string, from: string, to: string) => decodeText(encodeText(text, from), to, 'lower'),
    ),
  ),
  scalar(
    'FROM_BYTES',
    CATEGORY,
    {
      description: 'Bytes as text in an encoding: hex, utf8, ascii, base64.',
      label: 'from_bytes',
      examples: [["FROM_BYTES(TO_BYTES('1aB2', 'hex'), 'hex')", '1AB2']],
    },
    variant('BYTES value; VARCHAR encoding -> VARCHAR', (bytes: Buffer, encoding: string) =>
      decodeText(bytes, encoding, 'upper'),
    ),
  ),
  scalar(
    'TO_BYTES',
    CATEGORY,
    {
      description: 'The bytes of a text in an encoding: hex, utf8, ascii, base64.',
      label: 'to_bytes',
      examples: [["LEN(TO_BYTES('ä', 'utf8'))", '2']],
    },
    variant('VARCHAR value; VARCHAR encoding -> BYTES', encodeText),
  ),
  scalar(
    'INITCAP',
    CATEGORY,
    {
      description: 'Each word with a capital first letter and small others.',
      examples: [["INITCAP('the qUICK fox')", 'The Quick Fox']],
    },
    variant('VARCHAR str -> VARCHAR', initcap),
  ),
  scalar(
    'INSTR',
    CATEGORY,
    {
      description:
        'Place of a text in another, counted from 1; 0 when it is not there. From a position on (backwards when negative), the n-th occurrence.',
      examples: [
        ["INSTR('corporate floor', 'or')", '2'],
        ["INSTR('corporate floor', 'or', -4, 2)", '2'],
      ],
    },
    variant('VARCHAR str; VARCHAR substring -> INT', (text: string, part: string) => instr(text, part)),
    variant('VARCHAR str; VARCHAR substring; INT position; INT occurrence -> INT', instr),
    variant(
      'VARCHAR str; VARCHAR substring; INT position -> INT',
      (text: string, part: string, position: number) => instr(text, part, position),
    ),
  ),
  scalar(
    'LCASE',
    CATEGORY,
    { description: 'The text in small letters.', examples: [["LCASE('AbC')", 'abc']] },
    variant('VARCHAR input -> VARCHAR', (text: string) => text.toLowerCase()),
  ),
  scalar(
    'UCASE',
    CATEGORY,
    { description: 'The text in capital letters.', examples: [["UCASE('AbC')", 'ABC']] },
    variant('VARCHAR input -> VARCHAR', (text: string) => text.toUpperCase()),
  ),
  scalar(
    'LEN',
    CATEGORY,
    { description: 'Length in characters (UTF-16 units) or bytes.', examples: [["LEN('abc')", '3']] },
    variant('VARCHAR input -> INT', (text: string) => text.length),
    variant('BYTES input -> INT', (bytes: Buffer) => bytes.length),
  ),
  scalar(
    'LPAD',
    CATEGORY,
    {
      description: 'Fills up to a length on the left, or cuts down to it.',
      examples: [
        ["LPAD('7', 3, '0')", '007'],
        ["LPAD('abcd', 2, 'x')", 'ab'],
      ],
    },
    variant(
      'VARCHAR input; INT targetLen; VARCHAR padding -> VARCHAR',
      (text: string, length: number, padding: string) => padText(text, length, padding, true),
    ),
    variant(
      'BYTES input; INT targetLen; BYTES padding -> BYTES',
      (bytes: Buffer, length: number, padding: Buffer) => padBytes(bytes, length, padding, true),
    ),
  ),
  scalar(
    'RPAD',
    CATEGORY,
    {
      description: 'Fills up to a length on the right, or cuts down to it.',
      examples: [["RPAD('foo', 7, 'Bar')", 'fooBarB']],
    },
    variant(
      'VARCHAR input; INT targetLen; VARCHAR padding -> VARCHAR',
      (text: string, length: number, padding: string) => padText(text, length, padding, false),
    ),
    variant(
      'BYTES input; INT targetLen; BYTES padding -> BYTES',
      (bytes: Buffer, length: number, padding: Buffer) => padBytes(bytes, length, padding, false),
    ),
  ),
  scalar(
    'MD5',
    CATEGORY,
    {
      description: 'MD5 hash of the UTF-8 bytes, in hex.',
      examples: [["MD5('r1')", '7c92cf1eee8d99cc85f8355a3d6e4b86']],
    },
    variant('VARCHAR s -> VARCHAR', (text: string) => createHash('md5').update(text).digest('hex')),
  ),
  scalar(
    'REPLACE',
    CATEGORY,
    {
      description: 'Every occurrence of a text replaced by another.',
      examples: [["REPLACE('anaconda', 'a', 'o')", 'onocondo']],
    },
    variant(
      'VARCHAR str; VARCHAR oldStr; VARCHAR newStr -> VARCHAR',
      (text: string, from: string, to: string) => text.replaceAll(from, () => to),
    ),
  ),
  scalar(
    'SPLIT',
    CATEGORY,
    {
      description: 'The parts between the delimiters; each character when the delimiter is empty.',
      examples: [["SPLIT('a,b,', ',')", '[a, b, ]']],
    },
    variant('VARCHAR string; VARCHAR delimiter -> ARRAY<VARCHAR>', (text: string, delimiter: string) =>
      text === '' ? [''] : text.split(delimiter),
    ),
    variant('BYTES bytes; BYTES delimiter -> ARRAY<BYTES>', splitBytes),
  ),
  scalar(
    'SPLIT_TO_MAP',
    CATEGORY,
    {
      description: 'Reads entries of keys and values, each separated by a delimiter.',
      label: 'split_to_map',
      examples: [["SPLIT_TO_MAP('a:1/b:2', '/', ':')", '{a=1, b=2}']],
    },
    variant(
      'VARCHAR input; VARCHAR entryDelimiter; VARCHAR kvDelimiter -> MAP<VARCHAR, VARCHAR>',
      splitToMap,
    ),
  ),
  scalar(
    'SUBSTRING',
    CATEGORY,
    {
      description:
        'A part from a position (1 is the first; negative from the end) to the end or of a length.',
      examples: [
        ["SUBSTRING('stream', 3)", 'ream'],
        ["SUBSTRING('stream', -4, 2)", 're'],
      ],
    },
    variant('VARCHAR str; INT pos; INT length -> VARCHAR', substring),
    variant('BYTES bytes; INT pos; INT length -> BYTES', subbytes),
    variant('BYTES bytes; INT pos -> BYTES', (bytes: Buffer, position: number) => subbytes(bytes, position)),
    variant('VARCHAR str; INT pos -> VARCHAR', (text: string, position: number) => substring(text, position)),
  ),
  scalar(
    'TRIM',
    CATEGORY,
    {
      description: 'Without blanks and control characters at both ends.',
      examples: [["TRIM('  a b ')", 'a b']],
    },
    variant('VARCHAR input -> VARCHAR', trim),
  ),
  scalar(
    'UUID',
    CATEGORY,
    {
      description: 'A random UUID (version 4), or the one of 16 bytes.',
      usesContext: true,
      examples: [
        ['LEN(UUID())', '36'],
        ["UUID(TO_BYTES('00112233445566778899aabbccddeeff', 'hex'))", '00112233-4455-6677-8899-aabbccddeeff'],
      ],
    },
    variant('-> VARCHAR', randomUuid),
    variant('BYTES bytes -> VARCHAR', (_context: EvalContext, bytes: Buffer) =>
      bytes.length === 16 ? uuidOf(bytes) : null,
    ),
  ),
];
