import { assertNever } from '../source/assert-never';
import { addLong, divideLong, multiplyLong, remainderLong, subtractLong } from '../types/long';
import type { SqlValue } from '../types/sql-type';
import type { EvalContext } from '../functions/function-row';
import type { ArithmeticCode, Bound } from './bound';

/**
 * Turns bound expressions into one JavaScript function. The text is made of a closed set of fragments, indexes and
 * numbers only: values and functions reach it through the constants array `k`, never as text.
 */
export type RowFunction = (row: readonly SqlValue[], context: EvalContext) => SqlValue;

/** One for all: it says nothing of the place, and costs no stack trace in rows full of NULLs. */
const NULL_OPERAND = new TypeError('operand of arithmetic is null');

const HELPERS = {
  addLong,
  subtractLong,
  multiplyLong,
  divideLong,
  remainderLong,
  nullOperand: (): never => {
    throw NULL_OPERAND;
  },
  divideByZero: (): never => {
    throw new RangeError('/ by zero');
  },
} as const;
const HELPER_NAMES = Object.keys(HELPERS) as (keyof typeof HELPERS)[];

const LONG_CALLS = {
  '+': 'addLong',
  '-': 'subtractLong',
  '*': 'multiplyLong',
  '/': 'divideLong',
  '%': 'remainderLong',
} as const;

/** A JavaScript operand (a variable or a literal) and whether it can be null. */
interface Operand {
  readonly text: string;
  readonly nullable: boolean;
}

class Generator {
  private readonly constants: unknown[] = [];
  private readonly names = new Map<number, Operand>();
  private lines: string[] = [];
  private temporaries = 0;

  /** Names of variables for the values of parameters and shared expressions. */
  private bindName(id: number, operand: Operand): void {
    this.names.set(id, operand);
  }

  private constant(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  private assign(text: string, nullable: boolean): Operand {
    const name = `t${this.temporaries++}`;
    this.lines.push(`const ${name} = ${text};`);
    return { text: name, nullable };
  }

  private declare(): string {
    const name = `t${this.temporaries++}`;
    this.lines.push(`let ${name};`);
    return name;
  }

  /** Lines that `body` emits, taken out of the main flow. */
  private block(body: () => void): string {
    const outer = this.lines;
    this.lines = [];
    body();
    const text = this.lines.join('\n');
    this.lines = outer;
    return text;
  }

  private emit(node: Bound): Operand {
    switch (node.kind) {
      case 'Constant':
        return this.emitConstant(node.value);
      case 'Column':
        return this.assign(`r[${node.index}]`, true);
      case 'LambdaParameter':
      case 'Reuse':
        return this.names.get(node.id)!;
      case 'Arithmetic':
        return this.emitArithmetic(node.op, this.emit(node.left), this.emit(node.right));
      case 'Compare':
        return this.emitCompare(node);
      case 'Logical':
        return this.emitLogical(node);
      case 'Not': {
        const operand = this.emit(node.operand);
        return this.assign(this.guard([operand], `!${operand.text}`), operand.nullable);
      }
      case 'IsNull':
        return this.assign(`${this.emit(node.operand).text} ${node.negated ? '!==' : '==='} null`, false);
      case 'Let':
        this.bindName(node.id, this.emit(node.value));
        return this.emit(node.body);
      case 'Case':
        return this.emitCase(node);
      case 'Apply':
        return this.emitApply(node);
      case 'Convert':
        return this.emitConvert(node);
      case 'Lambda':
        return this.emitLambda(node);
      case 'MakeArray':
        return this.assign(`[${node.items.map((item) => this.emitGuarded(item).text).join(', ')}]`, false);
      case 'MakeMap':
        return this.emitMap(node);
      case 'Field': {
        const base = this.emit(node.base);
        return this.assign(this.guard([base], `${base.text}[${node.index}] ?? null`), true);
      }
      default:
        return assertNever(node, 'bound expression');
    }
  }

  private emitConstant(value: SqlValue): Operand {
    if (value === null) return { text: 'null', nullable: true };
    if (typeof value === 'boolean') return { text: String(value), nullable: false };
    if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0))
      return { text: `(${String(value)})`, nullable: false };
    return { text: this.constant(value), nullable: false };
  }

  /** `text`, but null when one of the operands is. */
  private guard(operands: readonly Operand[], text: string): string {
    const tests = operands.filter((o) => o.nullable).map((o) => `${o.text} === null`);
    return tests.length === 0 ? text : `(${tests.join(' || ')}) ? null : (${text})`;
  }

  private emitArithmetic(op: ArithmeticCode, left: Operand, right: Operand): Operand {
    this.failOnNull([left, right]);
    return this.assign(arithmeticText(op, left.text, right.text), false);
  }

  private failOnNull(operands: readonly Operand[]): void {
    const tests = operands.filter((o) => o.nullable).map((o) => `${o.text} === null`);
    if (tests.length > 0) this.lines.push(`if (${tests.join(' || ')}) nullOperand();`);
  }

  private emitCompare(node: Extract<Bound, { kind: 'Compare' }>): Operand {
    const [left, right] = [this.emit(node.left), this.emit(node.right)];
    const test = this.comparisonText(node, left.text, right.text);
    if (node.nullSafe) {
      const whenNull = `(${left.text} ${node.op === '=' ? '===' : '!=='} ${right.text})`;
      return this.assign(
        `(${left.text} === null || ${right.text} === null) ? ${whenNull} : (${test})`,
        false,
      );
    }
    const nonNull = [left, right].filter((o) => o.nullable).map((o) => `${o.text} !== null`);
    return this.assign([...nonNull, `(${test})`].join(' && '), false);
  }

  private comparisonText(node: Extract<Bound, { kind: 'Compare' }>, left: string, right: string): string {
    const symbol = node.op === '=' ? '===' : node.op === '<>' ? '!==' : node.op;
    if (node.comparing === 'primitive') return `${left} ${symbol} ${right}`;
    if (typeof node.comparing === 'function')
      return `${this.constant(node.comparing)}(${left}, ${right}) ${symbol} 0`;
    return `${this.constant(node.comparing.equal)}(${left}, ${right}) ${symbol} true`;
  }

  private emitLogical(node: Extract<Bound, { kind: 'Logical' }>): Operand {
    const left = this.emit(node.left);
    const result = this.declare();
    let nullable = left.nullable;
    const right = this.block(() => {
      const operand = this.emit(node.right);
      nullable ||= operand.nullable;
      this.lines.push(`${result} = ${operand.text};`);
    });
    const decided = node.op === 'AND' ? 'false' : 'true';
    this.lines.push(`if (${left.text} === ${decided}) { ${result} = ${decided}; }`);
    if (left.nullable) this.lines.push(`else if (${left.text} === null) { ${result} = null; }`);
    this.lines.push(`else {\n${right}\n}`);
    return { text: result, nullable };
  }

  private emitCase(node: Extract<Bound, { kind: 'Case' }>): Operand {
    const result = this.declare();
    let nullable = false;
    const branch = (value: Bound): string =>
      this.block(() => {
        const operand = this.emit(value);
        nullable ||= operand.nullable;
        this.lines.push(`${result} = ${operand.text};`);
      });
    const chain = (index: number): string => {
      const clause = node.whens[index];
      if (clause === undefined) return branch(node.otherwise);
      return this.block(() => {
        const when = this.emit(clause.when);
        this.lines.push(
          `if (${when.text} === true) {\n${branch(clause.then)}\n} else {\n${chain(index + 1)}\n}`,
        );
      });
    };
    this.lines.push(chain(0));
    return { text: result, nullable };
  }

  private emitApply(node: Extract<Bound, { kind: 'Apply' }>): Operand {
    const args = node.args.map((arg) => this.emit(arg));
    if (node.nulls === 'fail') this.failOnNull(args);
    const list = [...(node.context ? ['c'] : []), ...args.map((a) => a.text)].join(', ');
    const call = `${this.constant(node.call)}(${list})`;
    return this.assign(node.nulls === 'propagate' ? this.guard(args, call) : call, true);
  }

  private emitConvert(node: Extract<Bound, { kind: 'Convert' }>): Operand {
    const operand = node.guarded ? this.emitGuarded(node.operand) : this.emit(node.operand);
    return this.assign(
      this.guard([operand], `${this.constant(node.caster)}(${operand.text})`),
      operand.nullable,
    );
  }

  /** The operand's value, or null when it fails; plain operands cannot fail. */
  private emitGuarded(node: Bound): Operand {
    if (node.kind === 'Column' || node.kind === 'Constant' || node.kind === 'LambdaParameter')
      return this.emit(node);
    const result = this.declare();
    const body = this.block(() => this.lines.push(`${result} = ${this.emit(node).text};`));
    this.lines.push(`try {\n${body}\n} catch (e) { ${result} = null; }`);
    return { text: result, nullable: true };
  }

  private emitLambda(node: Extract<Bound, { kind: 'Lambda' }>): Operand {
    for (const id of node.parameters) this.bindName(id, { text: `p${id}`, nullable: true });
    const body = this.block(() => {
      const result = this.emit(node.body);
      this.lines.push(`return ${result.text};`);
    });
    return this.assign(`(${node.parameters.map((id) => `p${id}`).join(', ')}) => {\n${body}\n}`, false);
  }

  private emitMap(node: Extract<Bound, { kind: 'MakeMap' }>): Operand {
    const entries = node.entries.map(
      ({ key, value }) => `[${this.emitGuarded(key).text}, ${this.emitGuarded(value).text}]`,
    );
    return this.assign(`new Map([${entries.join(', ')}])`, false);
  }

  /** The body of a function of `r` (the row) and `c` (the context) that returns what `results` evaluate to. */
  function(results: readonly Bound[], asArray: boolean): RowFunction {
    const operands = results.map((node) => this.emit(node).text);
    const body = `${this.lines.join('\n')}\nreturn ${asArray ? `[${operands.join(', ')}]` : operands[0]};`;
    const names = this.constants.map((_, i) => `k${i}`);
    // The text holds nothing but what this class writes; see the class comment.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const make = new Function(
      'k',
      'h',
      `'use strict';\nconst [${names.join(', ')}] = k;\nconst {${HELPER_NAMES.join(', ')}} = h;\nreturn (r, c) => {\n${body}\n};`,
    );
    return (make as (k: unknown[], h: typeof HELPERS) => RowFunction)(this.constants, HELPERS);
  }
}

function arithmeticText(op: ArithmeticCode, left: string, right: string): string {
  if (op === 'concat') return `${left} + ${right}`;
  const symbol = op.at(-1) as '+' | '-' | '*' | '/' | '%';
  if (op.startsWith('double')) return `${left} ${symbol} ${right}`;
  if (op.startsWith('long')) return `${LONG_CALLS[symbol]}(${left}, ${right})`;
  if (symbol === '*') return `Math.imul(${left}, ${right})`;
  if (symbol === '/' || symbol === '%')
    return `${right} === 0 ? divideByZero() : (${left} ${symbol} ${right}) | 0`;
  return `(${left} ${symbol} ${right}) | 0`;
}

/** A function of the row that gives the expression's value; throws where the expression fails. */
export function generate(expression: Bound): RowFunction {
  return new Generator().function([expression], false);
}
