import { assertNever } from '../source/assert-never';
import type { SqlType, SqlTypeKind } from '../types/sql-type';

type BaseKind = Exclude<SqlTypeKind, 'ARRAY' | 'MAP' | 'STRUCT'>;

/**
 * Type of a parameter in a signature. `Base` DECIMAL takes every precision and scale; a `Generic` stands for one type
 * throughout a call; `Any` for any type each time.
 */
export type ParamType =
  | { readonly kind: 'Base'; readonly base: BaseKind }
  | { readonly kind: 'Generic'; readonly name: string }
  | { readonly kind: 'Any' }
  | { readonly kind: 'Array'; readonly element: ParamType }
  | { readonly kind: 'Map'; readonly key: ParamType; readonly value: ParamType }
  | {
      readonly kind: 'Struct';
      readonly fields: readonly { readonly name: string; readonly type: ParamType }[];
    }
  | { readonly kind: 'Lambda'; readonly inputs: readonly ParamType[]; readonly result: ParamType }
  | { readonly kind: 'IntervalUnit' };

export interface Parameter {
  readonly name: string;
  readonly type: ParamType;
  readonly variadic: boolean;
}

/** Names of types as DESCRIBE FUNCTION prints them. */
const SIGNATURE_NAMES: Partial<Record<BaseKind, string>> = { INTEGER: 'INT', STRING: 'VARCHAR' };

/** A parameter type as DESCRIBE FUNCTION prints it, e.g. `ARRAY<T>` or `LAMBDA (K, V) => BOOLEAN`. */
export function formatParamType(type: ParamType): string {
  switch (type.kind) {
    case 'Base':
      return SIGNATURE_NAMES[type.base] ?? type.base;
    case 'Generic':
      return type.name;
    case 'Any':
      return 'ANY';
    case 'Array':
      return `ARRAY<${formatParamType(type.element)}>`;
    case 'Map':
      return `MAP<${formatParamType(type.key)}, ${formatParamType(type.value)}>`;
    case 'Struct':
      return `STRUCT<${type.fields.map((f) => `${f.name} ${formatParamType(f.type)}`).join(', ')}>`;
    case 'Lambda':
      return `LAMBDA (${type.inputs.map(formatParamType).join(', ')}) => ${formatParamType(type.result)}`;
    case 'IntervalUnit':
      return 'INTERVAL UNIT';
    default:
      return assertNever(type, 'parameter type');
  }
}

const BASES: Readonly<Record<string, BaseKind>> = {
  BOOLEAN: 'BOOLEAN',
  INT: 'INTEGER',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  VARCHAR: 'STRING',
  BYTES: 'BYTES',
  DATE: 'DATE',
  TIME: 'TIME',
  TIMESTAMP: 'TIMESTAMP',
  DECIMAL: 'DECIMAL',
};

/** Reads types from the front of a signature text; only for the rows of this folder, hence the plain errors. */
class SignatureReader {
  constructor(
    readonly text: string,
    private at = 0,
  ) {}

  rest(): string {
    return this.text.slice(this.at).trim();
  }
  take(expected: string): boolean {
    const found = this.text.slice(this.at).trimStart().startsWith(expected);
    if (found) this.at = this.text.indexOf(expected, this.at) + expected.length;
    return found;
  }
  expect(expected: string): void {
    if (!this.take(expected))
      throw new Error(`signature "${this.text}": expected "${expected}" at "${this.rest()}"`);
  }
  word(): string {
    const match = /^\s*([A-Za-z_]+)/.exec(this.text.slice(this.at));
    if (match === null) throw new Error(`signature "${this.text}": expected a type at "${this.rest()}"`);
    this.at += match[0].length;
    return match[1]!;
  }
  type(): ParamType {
    const word = this.word();
    if (word === 'ARRAY') return this.array();
    if (word === 'MAP') return this.map();
    if (word === 'STRUCT') return this.struct();
    if (word === 'LAMBDA') return this.lambda();
    if (word === 'INTERVAL') return this.intervalUnit();
    if (word === 'ANY') return { kind: 'Any' };
    const base = BASES[word];
    return base === undefined ? { kind: 'Generic', name: word } : { kind: 'Base', base };
  }
  private array(): ParamType {
    this.expect('<');
    const element = this.type();
    this.expect('>');
    return { kind: 'Array', element };
  }
  private map(): ParamType {
    this.expect('<');
    const key = this.type();
    this.expect(',');
    const value = this.type();
    this.expect('>');
    return { kind: 'Map', key, value };
  }
  private struct(): ParamType {
    this.expect('<');
    const fields = [];
    do fields.push({ name: this.word(), type: this.type() });
    while (this.take(','));
    this.expect('>');
    return { kind: 'Struct', fields };
  }
  private lambda(): ParamType {
    this.expect('(');
    const inputs = [this.type()];
    while (this.take(',')) inputs.push(this.type());
    this.expect(')');
    this.expect('=>');
    return { kind: 'Lambda', inputs, result: this.type() };
  }
  private intervalUnit(): ParamType {
    this.expect('UNIT');
    return { kind: 'IntervalUnit' };
  }
}

export interface ParsedSignature {
  readonly parameters: readonly Parameter[];
  readonly returns: ParamType;
}

/** Reads `VARCHAR str; INT... lengths -> VARCHAR`: parameters by `;` (their names may hold commas and blanks). */
export function parseSignature(text: string): ParsedSignature {
  const arrow = text.lastIndexOf('->');
  const parameters = text
    .slice(0, arrow)
    .split(';')
    .filter((part) => part.trim() !== '')
    .map(parseParameter);
  return { parameters, returns: new SignatureReader(text.slice(arrow + 2)).type() };
}

function parseParameter(text: string): Parameter {
  const reader = new SignatureReader(text);
  const type = reader.type();
  const variadic = reader.take('...');
  return { name: reader.rest(), type, variadic };
}

/** The concrete type of a parameter type with its generics bound; undefined where something is not determined by it. */
export function substitute(type: ParamType, bound: ReadonlyMap<string, SqlType>): SqlType | undefined {
  switch (type.kind) {
    case 'Base':
      return type.base === 'DECIMAL' ? undefined : { kind: type.base };
    case 'Generic':
      return bound.get(type.name);
    case 'Array': {
      const element = substitute(type.element, bound);
      return element && { kind: 'ARRAY', element };
    }
    case 'Map': {
      const [key, value] = [substitute(type.key, bound), substitute(type.value, bound)];
      return key && value && { kind: 'MAP', key, value };
    }
    case 'Struct': {
      const fields = type.fields.map((f) => ({ name: f.name, type: substitute(f.type, bound) }));
      return fields.some((f) => f.type === undefined)
        ? undefined
        : { kind: 'STRUCT', fields: fields as { name: string; type: SqlType }[] };
    }
    case 'Any':
    case 'Lambda':
    case 'IntervalUnit':
      return undefined;
    default:
      return assertNever(type, 'parameter type');
  }
}

/** True when the type names a generic anywhere. */
export function countGenerics(type: ParamType): number {
  switch (type.kind) {
    case 'Generic':
      return 1;
    case 'Array':
      return countGenerics(type.element);
    case 'Map':
      return countGenerics(type.key) + countGenerics(type.value);
    case 'Struct':
      return type.fields.reduce((sum, f) => sum + countGenerics(f.type), 0);
    case 'Lambda':
      return type.inputs.reduce((sum, t) => sum + countGenerics(t), countGenerics(type.result));
    case 'Base':
    case 'Any':
    case 'IntervalUnit':
      return 0;
    default:
      return assertNever(type, 'parameter type');
  }
}
