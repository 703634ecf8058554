import type { Expression } from '../ast/expressions';
import { parseBooleanExact } from '../types/cast';
import { Big } from '../types/decimal';
import type { SqlType } from '../types/sql-type';
import { parseDateText, parseTimeText, parseTimestampText } from '../types/temporal-text';
import {
  BIGINT,
  INTEGER,
  STRING,
  commonNumericType,
  decimalType,
  isNumeric,
  typesEqual,
} from '../types/type-rules';
import type { StructType } from '../types/type-rules';
import { formatType } from '../types/type-text';
import { failExpression } from './errors';
import { formatExpression } from '../printer';

/** An expression with the type it has on its own. */
export interface TypedExpression {
  readonly expression: Expression;
  readonly type: SqlType | null;
}
export type TypeOf = (expression: Expression) => SqlType | null;

/**
 * The type that all items of a list are brought to (array and map constructors, IN): numbers are widened, text literals
 * are read as the others' type, literals of any type become text where the first item is text. null: all are NULL.
 * Throws KsqlError in ksqlDB's wording where two items have no such type.
 */
export function commonTypeOf(items: readonly TypedExpression[], typeOf: TypeOf, prefix = ''): SqlType | null {
  return items.reduce<SqlType | null>((common, { expression, type }) => {
    if (type === null) return common;
    if (common === null) return type;
    return unify(common, type, expression, typeOf) ?? failMismatch(common, type, expression, prefix);
  }, null);

  function failMismatch(common: SqlType, type: SqlType, expression: Expression, lead: string): never {
    return failExpression(
      'KE2404',
      `${lead}operator does not exist: ${formatType(common)} = ${formatType(type)} (${formatExpression(expression)})\n` +
        'Hint: You might need to add explicit type casts.',
      expression.loc,
    );
  }

  function unify(a: SqlType, b: SqlType, e: Expression | undefined, types: TypeOf): SqlType | undefined {
    if (e?.kind === 'StringLiteral' && a.kind !== 'STRING') return unifyText(a, e.value, e);
    if (a.kind === 'ARRAY' && e?.kind === 'CreateArray') return unifyArray(a, e, types);
    if (a.kind === 'MAP' && e?.kind === 'CreateMap') return unifyMap(a, e, types);
    if (a.kind === 'STRUCT' && e?.kind === 'CreateStruct') return unifyStruct(a, e, types);
    if (typesEqual(a, b)) return a;
    if (isNumeric(a) && isNumeric(b)) return commonNumericType(a, b);
    if (a.kind === 'STRING') return e !== undefined && isLiteral(e) ? STRING : undefined;
    return unifyNested(a, b, types);
  }

  function unifyNested(a: SqlType, b: SqlType, types: TypeOf): SqlType | undefined {
    if (a.kind === 'ARRAY' && b.kind === 'ARRAY') {
      const element = unify(a.element, b.element, undefined, types);
      return element && { kind: 'ARRAY', element };
    }
    if (a.kind === 'MAP' && b.kind === 'MAP') {
      const [key, value] = [unify(a.key, b.key, undefined, types), unify(a.value, b.value, undefined, types)];
      return key && value && { kind: 'MAP', key, value };
    }
    if (a.kind === 'STRUCT' && b.kind === 'STRUCT') return unifyFields(a, b, () => undefined, types);
    return undefined;
  }

  function unifyItem(common: SqlType | undefined, item: Expression, types: TypeOf): SqlType | undefined {
    const type = types(item);
    return common === undefined || type === null ? common : unify(common, type, item, types);
  }

  function unifyArray(
    a: Extract<SqlType, { kind: 'ARRAY' }>,
    e: Extract<Expression, { kind: 'CreateArray' }>,
    types: TypeOf,
  ) {
    const element = e.items.reduce<SqlType | undefined>(
      (common, item) => unifyItem(common, item, types),
      a.element,
    );
    return element && ({ kind: 'ARRAY', element } as const);
  }

  function unifyMap(
    a: Extract<SqlType, { kind: 'MAP' }>,
    e: Extract<Expression, { kind: 'CreateMap' }>,
    types: TypeOf,
  ) {
    const key = e.entries.reduce<SqlType | undefined>(
      (common, entry) => unifyItem(common, entry.key, types),
      a.key,
    );
    const value = e.entries.reduce<SqlType | undefined>(
      (common, entry) => unifyItem(common, entry.value, types),
      a.value,
    );
    return key && value && ({ kind: 'MAP', key, value } as const);
  }

  function unifyStruct(a: StructType, e: Extract<Expression, { kind: 'CreateStruct' }>, types: TypeOf) {
    const fields = e.fields.flatMap((f) => {
      const type = types(f.value);
      return type === null ? [] : [{ name: f.name, type }];
    });
    return unifyFields(
      a,
      { kind: 'STRUCT', fields },
      (name) => e.fields.find((f) => f.name === name)?.value,
      types,
    );
  }

  /** Fields of both, by name. */
  function unifyFields(
    a: StructType,
    b: StructType,
    valueOf: (name: string) => Expression | undefined,
    types: TypeOf,
  ): SqlType | undefined {
    const added = b.fields.filter((f) => !a.fields.some((x) => x.name === f.name));
    const merged = a.fields.map((field) => {
      const other = b.fields.find((f) => f.name === field.name);
      return other === undefined
        ? field
        : { name: field.name, type: unify(field.type, other.type, valueOf(field.name), types) };
    });
    if (merged.some((f) => f.type === undefined)) return undefined;
    return { kind: 'STRUCT', fields: [...(merged as StructType['fields']), ...added] };
  }

  function unifyText(a: SqlType, text: string, e: Expression): SqlType | undefined {
    const read = literalReader(a);
    if (read === undefined) return undefined;
    try {
      const found = read(text.trim());
      return found === undefined ? failText(a, text, e) : found;
    } catch {
      return failText(a, text, e);
    }
  }

  function failText(a: SqlType, text: string, e: Expression): never {
    return failExpression('KE2404', `${prefix}invalid input syntax for type ${a.kind}: "${text}".`, e.loc);
  }
}

/** Reads a text as a value of the type and gives the type that holds both; undefined where it cannot. */
function literalReader(type: SqlType): ((text: string) => SqlType | undefined) | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
      return (text) => (parseBooleanExact(text) === undefined ? undefined : type);
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
      return (text) => commonNumericType(type, numericTextType(text));
    case 'DOUBLE':
      return (text) => (Big(text), type);
    case 'DATE':
      return (text) => (parseDateText(text), type);
    case 'TIME':
      return (text) => (parseTimeText(text), type);
    case 'TIMESTAMP':
      return (text) => (parseTimestampText(text), type);
    default:
      return undefined;
  }
}

const MAX_INT = 2147483647n;
const MAX_LONG = 9223372036854775807n;

/** INTEGER, BIGINT or DECIMAL by how the number is written: `10` is an INTEGER, `10.0` and `1e1` are DECIMALs. */
function numericTextType(text: string): SqlType {
  const value = Big(text);
  if (/^[+-]?\d+$/.test(text)) {
    const integer = value.toBigInt();
    if (integer >= -MAX_INT - 1n && integer <= MAX_INT) return INTEGER;
    if (integer >= -MAX_LONG - 1n && integer <= MAX_LONG) return BIGINT;
  }
  const plain = value.scale() < 0 ? value.setScale(0) : value;
  return decimalType(Math.max(plain.precision(), plain.scale()), plain.scale());
}

function isLiteral(e: Expression): boolean {
  return [
    'BooleanLiteral',
    'IntegerLiteral',
    'LongLiteral',
    'DoubleLiteral',
    'DecimalLiteral',
    'StringLiteral',
  ].includes(e.kind);
}
