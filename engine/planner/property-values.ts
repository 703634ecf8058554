import type { Expression } from '../ast/expressions';

export type PropertyType = 'string' | 'int' | 'short' | 'long' | 'boolean';
export type PropertyValue = string | number | boolean;

/** What a literal is as a property, or why it is none. */
export type ReadProperty =
  { readonly is: PropertyValue } | { readonly shown: string; readonly refusal: string };

/** Reads the literal of a property as Kafka's configurations do: text is trimmed, and may stand for a number or a boolean. */
export function propertyValue(type: PropertyType, node: Expression): ReadProperty {
  const value = literalValue(node);
  if (value === undefined) return { shown: node.kind, refusal: 'Expected a literal' };
  const shown = typeof value === 'string' ? value.trim() : String(value);
  if (type === 'string') return { is: shown };
  return type === 'boolean' ? booleanOf(shown) : integerOf(type, shown);
}

function booleanOf(shown: string): ReadProperty {
  if (/^(true|false)$/i.test(shown)) return { is: shown.toLowerCase() === 'true' };
  return { shown, refusal: 'Expected value to be either true or false' };
}

const BITS = { short: 16, int: 32, long: 64 } as const;

function integerOf(type: keyof typeof BITS, shown: string): ReadProperty {
  const isInteger = /^[+-]?\d+$/.test(shown);
  if (isInteger && BigInt.asIntN(BITS[type], BigInt(shown)) === BigInt(shown)) return { is: Number(shown) };
  return { shown, refusal: `Not a number of type ${type.toUpperCase()}` };
}

function literalValue(node: Expression): PropertyValue | undefined {
  switch (node.kind) {
    case 'StringLiteral':
    case 'BooleanLiteral':
    case 'IntegerLiteral':
    case 'DoubleLiteral':
      return node.value;
    case 'LongLiteral':
      return String(node.value);
    case 'DecimalLiteral':
      return node.text;
    case 'ArithmeticUnary': {
      const value = literalValue(node.operand);
      if (node.op === '+' || value === undefined || typeof value === 'boolean') return value;
      return typeof value === 'number' ? -value : `-${value}`;
    }
    default:
      return undefined;
  }
}
