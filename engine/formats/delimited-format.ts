import { parseDecimal } from '../types/decimal';
import type { BigDecimal } from '../types/decimal';
import { parseInteger, parseLong } from '../types/long';
import { doubleToText, parseDouble } from '../types/number-text';
import type { SqlType } from '../types/sql-type';
import type { Deserializer, SerdeSpec, Serializer } from './contracts';
import { SerdeError } from './contracts';

const NAMED_DELIMITERS: Readonly<Record<string, string>> = { SPACE: ' ', TAB: '\t' };

function delimiterOf(spec: SerdeSpec): string {
  const written = spec.format.properties['delimiter'] ?? ',';
  return NAMED_DELIMITERS[written.toUpperCase()] ?? written;
}

/** DELIMITED: one line of comma separated values, quoted as Apache Commons CSV does in its default format. */
export function delimitedSerializer(spec: SerdeSpec): Serializer {
  const delimiter = delimiterOf(spec);
  const writers = spec.columns.map((column) => cellWriter(column.type));
  return {
    serialize(row) {
      if (row === null) return null;
      const cells = row.map((value, index) =>
        value === null ? '' : quoted(writers[index]!(value), index === 0, delimiter),
      );
      return Buffer.from(cells.join(delimiter));
    },
  };
}

export function delimitedDeserializer(spec: SerdeSpec): Deserializer {
  const delimiter = delimiterOf(spec);
  const readers = spec.columns.map((column) => cellReader(column.type));
  return {
    deserialize(bytes) {
      if (bytes === null) return null;
      const cells = parseLine(bytes.toString('utf8'), delimiter);
      if (cells.length !== readers.length) {
        throw new SerdeError(
          `Unexpected field count, csvFields:${cells.length} schemaFields:${readers.length}`,
        );
      }
      return cells.map((cell, index) => (cell === '' ? null : readCell(readers[index]!, cell, spec, index)));
    },
  };
}

function readCell(read: (cell: string) => unknown, cell: string, spec: SerdeSpec, index: number): unknown {
  try {
    return read(cell);
  } catch (cause) {
    throw new SerdeError(`column ${spec.columns[index]!.name}: ${(cause as Error).message}`, { cause });
  }
}

function cellWriter(type: SqlType): (value: unknown) => string {
  switch (type.kind) {
    case 'DOUBLE':
      return (value) => doubleToText(value as number);
    case 'DECIMAL':
      return (value) => (value as BigDecimal).toPlainString();
    case 'BYTES':
      return (value) => (value as Buffer).toString('base64');
    default:
      return String;
  }
}

function cellReader(type: SqlType): (cell: string) => unknown {
  switch (type.kind) {
    case 'BOOLEAN':
      return (cell) => cell.trim().toLowerCase() === 'true';
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return (cell) => parseInteger(cell.trim());
    case 'BIGINT':
      return (cell) => parseLong(cell.trim());
    case 'TIMESTAMP':
      return (cell) => Number(parseLong(cell.trim()));
    case 'DOUBLE':
      return (cell) => parseDouble(cell.trim());
    case 'DECIMAL':
      return (cell) => parseDecimal(cell.trim(), type);
    case 'BYTES':
      return (cell) => Buffer.from(cell, 'base64');
    default:
      return (cell) => cell;
  }
}

/**
 * Commons CSV's minimal quoting: besides delimiters, quotes and line ends it guards an empty first cell, a first cell that does not begin
 * with an ASCII letter or digit, cells that begin with a character up to '#', and trailing blanks.
 */
function quoted(text: string, isFirst: boolean, delimiter: string): string {
  return needsQuotes(text, isFirst, delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

function needsQuotes(text: string, isFirst: boolean, delimiter: string): boolean {
  if (text === '') return isFirst;
  const first = text.charCodeAt(0);
  if (isFirst && !/^[0-9A-Za-z]/.test(text)) return true;
  if (first <= 0x23) return true;
  return /[\r\n"]/.test(text) || text.includes(delimiter) || text.charCodeAt(text.length - 1) <= 0x20;
}

function parseLine(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let position = 0;
  for (;;) {
    const start = skipBlanks(line, position, delimiter);
    const [cell, end] =
      line[start] === '"' ? quotedCell(line, start, delimiter) : bareCell(line, position, delimiter);
    cells.push(cell);
    if (end >= line.length) return cells;
    position = end + delimiter.length;
  }
}

function skipBlanks(line: string, position: number, delimiter: string): number {
  if (delimiter === ' ' || delimiter === '\t') return position;
  let at = position;
  while (line[at] === ' ') at++;
  return at;
}

function bareCell(line: string, start: number, delimiter: string): [string, number] {
  const next = line.indexOf(delimiter, start);
  const end = next < 0 ? line.length : next;
  return [line.slice(start, end), end];
}

function quotedCell(line: string, start: number, delimiter: string): [string, number] {
  let cell = '';
  let position = start + 1;
  for (;;) {
    const close = line.indexOf('"', position);
    if (close < 0) throw new SerdeError('a quoted field has no closing quote');
    cell += line.slice(position, close);
    if (line[close + 1] !== '"') {
      const end = skipBlanks(line, close + 1, delimiter);
      if (end < line.length && !line.startsWith(delimiter, end))
        throw new SerdeError('invalid char between encapsulated token and delimiter');
      return [cell, end];
    }
    cell += '"';
    position = close + 2;
  }
}
