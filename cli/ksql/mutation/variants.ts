import { formatExpression } from '../../../engine/printer/index';
import type { Expression } from '../../../engine/index';

/** One way to break an expression. */
export interface Variant {
  /** What is broken, e.g. `boundary`. */
  readonly rule: string;
  readonly to: Expression;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
};
const ARITHMETIC: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' };
const OPPOSITES: Readonly<Record<string, string>> = {
  MIN: 'MAX',
  MAX: 'MIN',
  EARLIEST_BY_OFFSET: 'LATEST_BY_OFFSET',
  LATEST_BY_OFFSET: 'EARLIEST_BY_OFFSET',
  GREATEST: 'LEAST',
  LEAST: 'GREATEST',
  SUM: 'COUNT',
  FLOOR: 'CEIL',
  CEIL: 'FLOOR',
};
/** Functions that mend their first argument: without them it stays as it is. */
const MENDING = new Set(
  'COALESCE IFNULL NULLIF LCASE UCASE TRIM REGEXP_REPLACE REPLACE ABS ROUND SUBSTRING LPAD RPAD FILTER'.split(' '),
);

/** The ways to break one node, each of which a test ought to notice; those of its children are asked for apart. */
export function variantsOf(node: Expression): Variant[] {
  const own = breakNode(node);
  const text = formatExpression(node);
  return own.filter(({ to }) => formatExpression(to) !== text);
}

function breakNode(node: Expression): Variant[] {
  switch (node.kind) {
    case 'Comparison': {
      const op = COMPARISONS[node.op];
      if (op === undefined) return [];
      return [{ rule: op === '=' || op === '<>' ? 'comparison' : 'boundary', to: { ...node, op } as Expression }];
    }
    case 'LogicalBinary':
      return [node.left, node.right].map((to) => ({ rule: 'condition dropped', to }));
    case 'Not':
      return [{ rule: 'negation', to: node.operand }];
    case 'IsNull':
    case 'Like':
      return [{ rule: 'negation', to: { ...node, negated: !node.negated } }];
    case 'Between':
      return [
        { rule: 'bound dropped', to: comparison(node, node.negated ? '<' : '>=', node.low) },
        { rule: 'bound dropped', to: comparison(node, node.negated ? '>' : '<=', node.high) },
      ];
    case 'InList':
      return droppedItems(node);
    case 'SearchedCase':
    case 'SimpleCase':
      return brokenCase(node);
    case 'ArithmeticBinary':
      return [{ rule: 'arithmetic', to: { ...node, op: ARITHMETIC[node.op] } as Expression }];
    case 'ArithmeticUnary':
      return [{ rule: 'arithmetic', to: node.operand }];
    case 'FunctionCall':
      return brokenCall(node);
    default:
      return brokenLiteral(node);
  }
}

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

function comparison({ value, loc }: Of<'Between'>, op: '<' | '<=' | '>' | '>=', right: Expression): Expression {
  return { kind: 'Comparison', op, left: value, right, loc };
}

function droppedItems(node: Of<'InList'>): Variant[] {
  if (node.items.length < 2) return [{ rule: 'negation', to: { ...node, negated: !node.negated } }];
  return node.items.map((_, dropped) => ({
    rule: 'item dropped',
    to: { ...node, items: node.items.filter((__, index) => index !== dropped) },
  }));
}

function brokenCase(node: Of<'SearchedCase'> | Of<'SimpleCase'>): Variant[] {
  const rest = node.otherwise ?? { kind: 'NullLiteral' as const, loc: node.loc };
  const branches = node.whens.map((_, dropped) => ({
    rule: 'branch dropped',
    to:
      node.whens.length === 1
        ? rest
        : { ...node, whens: node.whens.filter((__, index) => index !== dropped) },
  }));
  if (node.otherwise === undefined || node.otherwise.kind === 'NullLiteral') return branches;
  return [...branches, { rule: 'branch dropped', to: { ...node, otherwise: undefined } }];
}

function brokenCall(node: Of<'FunctionCall'>): Variant[] {
  const variants: Variant[] = [];
  const opposite = OPPOSITES[node.name];
  if (opposite !== undefined) variants.push({ rule: 'function', to: { ...node, name: opposite } });
  const [first, ...others] = node.args;
  if (first === undefined || others.length === 0) return variants;
  if (MENDING.has(node.name)) variants.push({ rule: 'function dropped', to: first });
  if (node.name === 'COALESCE' && others.length > 1)
    variants.push({ rule: 'argument dropped', to: { ...node, args: others } });
  return variants;
}

function brokenLiteral(node: Expression): Variant[] {
  switch (node.kind) {
    case 'IntegerLiteral':
      return [{ rule: 'number', to: { ...node, value: node.value + 1 } }];
    case 'LongLiteral':
      return [{ rule: 'number', to: { ...node, value: BigInt(node.value) + 1n } }];
    case 'DoubleLiteral':
      return [{ rule: 'number', to: { ...node, value: node.value * 2 } }];
    case 'DecimalLiteral':
      return [{ rule: 'number', to: { ...node, text: otherDigit(node.text) } }];
    case 'StringLiteral':
      return [{ rule: 'text', to: { ...node, value: `${node.value}~` } }];
    case 'BooleanLiteral':
      return [{ rule: 'negation', to: { ...node, value: !node.value } }];
    default:
      return [];
  }
}

/** Keeps precision and scale, as another type would be refused. */
function otherDigit(text: string): string {
  const last = Number(text.at(-1));
  return text.slice(0, -1) + String(last === 9 ? 8 : last + 1);
}
