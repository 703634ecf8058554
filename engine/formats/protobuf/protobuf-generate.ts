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
const IMPORTS: Readonly<Record<string, string>> = {
  'google.protobuf.': 'google/protobuf/wrappers.proto',
  'google.protobuf.Timestamp': 'google/protobuf/timestamp.proto',
  'google.type.Date': 'google/type/date.proto',
  'google.type.TimeOfDay': 'google/type/timeofday.proto',
  'confluent.type.Decimal': 'confluent/type/decimal.proto',
};

/** A message declaration; nested ones stand inside. */
class MessageText {
  private readonly nested: string[] = [];
  constructor(
    private readonly naming: { next: number },
    private readonly nullable: NullableRepresentation,
    private readonly imports: Set<string>,
  ) {}

  declare(name: string, columns: readonly Column[], indent: string): string {
    const lines = columns.map((column, i) => `${indent}  ${this.field(column, i + 1, indent)}\n`);
    return `${indent}message ${name} {\n${lines.join('')}${this.nested.map((text) => `\n${text}`).join('')}${indent}}\n`;
  }

  private field({ name, type }: Column, tag: number, indent: string): string {
    if (type.kind === 'ARRAY') return `repeated ${this.type(type.element, indent)} ${name} = ${tag};`;
    if (type.kind === 'MAP')
      return `map<${this.type(type.key, indent)}, ${this.type(type.value, indent)}> ${name} = ${tag};`;
    const wrapper = WRAPPERS[type.kind];
    if (this.nullable === 'wrapper' && wrapper !== undefined)
      return `${this.imported(wrapper)} ${name} = ${tag};`;
    const label = this.nullable === 'optional' && wrapper !== undefined ? 'optional ' : '';
    return `${label}${this.type(type, indent)} ${name} = ${tag};`;
  }

  private imported(name: string): string {
    this.imports.add(IMPORTS[name] ?? IMPORTS['google.protobuf.']!);
    return name;
  }

  private type(type: SqlType, indent: string): string {
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
        return this.message(type.fields, indent);
      case 'ARRAY':
        return this.message([{ name: 'array', type }], indent);
      case 'MAP':
        return this.message([{ name: 'map', type }], indent);
      default:
        return assertNever(type, 'type');
    }
  }

  private message(fields: readonly Column[], indent: string): string {
    const name = `ConnectDefault${this.naming.next++}`;
    const text = new MessageText(this.naming, this.nullable, this.imports).declare(
      name,
      fields,
      `${indent}  `,
    );
    this.nested.push(text);
    return name;
  }
}

/** The proto3 file that ksqlDB (through Connect's ProtobufData) registers for columns. */
export function protobufSchemaOf(columns: readonly Column[], format: Format): string {
  const imports = new Set<string>();
  const fullName = format.properties['fullSchemaName'] ?? 'ConnectDefault1';
  const at = fullName.lastIndexOf('.');
  const message = new MessageText({ next: 2 }, nullableRepresentation(format), imports);
  const body = message.declare(fullName.slice(at + 1), columns, '');
  const header = at > 0 ? `package ${fullName.slice(0, at)};\n\n` : '';
  const imported = [...imports]
    .sort()
    .map((path) => `import "${path}";\n`)
    .join('');
  return `syntax = "proto3";\n${header === '' ? '' : header}\n${imported === '' ? '' : `${imported}\n`}${body}`;
}
