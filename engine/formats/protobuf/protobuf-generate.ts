import type { Column, Format } from '../../catalog/catalog';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';

/** How fields that may be NULL are written: not at all (NULL reads as 0), as `optional`, or in a wrapper message. */
export type NullableRepresentation = 'none' | 'optional' | 'wrapper';

export function nullableRepresentation(format: Format): NullableRepresentation {
  const wish = format.properties['nullableRepresentation']?.toLowerCase();
  return wish === 'optional' || wish === 'wrapper' ? wish : 'none';
}

const WRAPPERS: Partial<Record<SqlType['kind'], string>> = {
  BOOLEAN: 'google.protobuf.BoolValue',
  INTEGER: 'google.protobuf.Int32Value',
  BIGINT: 'google.protobuf.Int64Value',
  DOUBLE: 'google.protobuf.DoubleValue',
  STRING: 'google.protobuf.StringValue',
  BYTES: 'google.protobuf.BytesValue',
};
const WRAPPERS_FILE = 'google/protobuf/wrappers.proto';
const FILES: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'google/protobuf/timestamp.proto',
  'google.type.Date': 'google/type/date.proto',
  'google.type.TimeOfDay': 'google/type/timeofday.proto',
  'confluent.type.Decimal': 'confluent/type/decimal.proto',
};

/** What all messages of a file share: numbers for those without a name, and the imports in order of use. */
interface FileState {
  next: number;
  readonly nullable: NullableRepresentation;
  readonly imports: Set<string>;
}

/** A message declaration; nested ones stand inside, below all fields. */
class MessageText {
  private readonly nested: string[] = [];
  constructor(
    private readonly file: FileState,
    private readonly indent: string,
  ) {}

  declare(name: string, columns: readonly Column[], keepsPlain = false): string {
    const lines = columns.map((column, i) => `${this.indent}  ${this.field(column, i + 1, keepsPlain)}\n`);
    const nested = this.nested.length === 0 ? '' : `\n${this.nested.join('')}`;
    return `${this.indent}message ${name} {\n${lines.join('')}${nested}${this.indent}}\n`;
  }

  /** `keepsPlain`: fields of a map's entry are never `optional`. */
  private field({ name, type }: Column, tag: number, keepsPlain: boolean): string {
    if (type.kind === 'ARRAY')
      return `repeated ${this.type(type.element)} ${name} = ${tag}${this.fieldOptions(type.element)};`;
    if (type.kind === 'MAP') return `repeated ${this.entry(type)} ${name} = ${tag};`;
    const label = this.file.nullable === 'optional' && !keepsPlain ? 'optional ' : '';
    return `${label}${this.type(type)} ${name} = ${tag}${this.fieldOptions(type)};`;
  }

  /** Precision and scale of a DECIMAL, which the message does not tell. */
  private fieldOptions(type: SqlType): string {
    if (type.kind !== 'DECIMAL') return '';
    const parameter = (key: string, value: number): string =>
      `{\n      value: "${value}",\n      key: "${key}"\n    }`;
    const parameters = [parameter('precision', type.precision), parameter('scale', type.scale)];
    const text = `{\n  params: [\n    ${parameters.join(',\n    ')}\n  ]\n}`;
    return ` [(confluent.field_meta) = ${text.replaceAll('\n', `\n${this.indent}  `)}]`;
  }

  private imported(name: string): string {
    this.file.imports.add(FILES[name] ?? WRAPPERS_FILE);
    return name;
  }

  private type(type: SqlType): string {
    const wrapper = this.file.nullable === 'wrapper' ? WRAPPERS[type.kind] : undefined;
    return wrapper === undefined ? this.plainType(type) : this.imported(wrapper);
  }

  private plainType(type: SqlType): string {
    switch (type.kind) {
      case 'BOOLEAN':
        return 'bool';
      case 'INTEGER':
        return 'int32';
      case 'BIGINT':
        return 'int64';
      case 'DOUBLE':
        return 'double';
      case 'STRING':
        return 'string';
      case 'BYTES':
        return 'bytes';
      case 'DATE':
        return this.imported('google.type.Date');
      case 'TIME':
        return this.imported('google.type.TimeOfDay');
      case 'TIMESTAMP':
        return this.imported('google.protobuf.Timestamp');
      case 'DECIMAL':
        return this.imported('confluent.type.Decimal');
      case 'STRUCT':
        return this.message(`ConnectDefault${this.file.next++}`, type.fields, false);
      case 'MAP':
        return this.message(`ConnectDefault${this.file.next++}`, [{ name: 'map', type }], true);
      case 'ARRAY':
        throw new Error('invariant violated: an array of arrays was not refused');
      default:
        return assertNever(type, 'type');
    }
  }

  /** Connect declares a map's entries itself, as its keys may be anything. */
  private entry(type: SqlType & { kind: 'MAP' }): string {
    const parts = [
      { name: 'key', type: type.key },
      { name: 'value', type: type.value },
    ];
    return this.message(`ConnectDefault${this.file.next++}Entry`, parts, true);
  }

  private message(name: string, fields: readonly Column[], keepsPlain: boolean): string {
    this.nested.push(new MessageText(this.file, `${this.indent}  `).declare(name, fields, keepsPlain));
    return name;
  }
}

/** The proto3 file that ksqlDB (through Connect's ProtobufData) registers for columns. */
export function protobufSchemaOf(columns: readonly Column[], format: Format): string {
  const fullName = format.properties['fullSchemaName'] ?? 'ConnectDefault1';
  const at = fullName.lastIndexOf('.');
  const isNamed = format.properties['fullSchemaName'] !== undefined;
  const file: FileState = {
    next: isNamed ? 1 : 2,
    nullable: nullableRepresentation(format),
    imports: new Set(),
  };
  const body = new MessageText(file, '').declare(fullName.slice(at + 1), columns);
  const packageLine = at > 0 ? `package ${fullName.slice(0, at)};\n` : '';
  const imports = [...file.imports].map((path) => `import "${path}";\n`).join('');
  return `syntax = "proto3";\n${packageLine}\n${imports === '' ? '' : `${imports}\n`}${body}`;
}
