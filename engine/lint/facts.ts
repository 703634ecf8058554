import type { Expression } from '../ast/expressions';
import type { Query, Statement } from '../ast/statements';
import type { Comment } from '../lexer/token';
import { AverageTracker } from './averages';
import type { LintContext } from './rule';

const SERVING = /^--\s*serving:\s*yes\b/m;

/** What is known of the statements before one: their averages, their keys, and what they offer to pull queries. */
export class StatementFacts implements LintContext {
  private readonly averages = new AverageTracker();
  private readonly keys = new Map<string, readonly string[]>();
  private readonly made = new Map<string, { readonly serving: boolean }>();

  isAverage(source: string, column: string): boolean {
    return this.averages.isAverage(source, column);
  }
  keyOf(source: string): readonly string[] | undefined {
    return this.keys.get(source);
  }
  isServing(source: string): boolean | undefined {
    return this.made.get(source)?.serving;
  }

  /** Takes note of what a statement makes. */
  add(statement: Statement, comments: readonly Comment[]): void {
    this.averages.add(statement);
    if (statement.kind !== 'CreateSource' && statement.kind !== 'CreateAsSelect') return;
    this.made.set(statement.name, { serving: comments.some(({ text }) => SERVING.test(text)) });
    const key = statement.kind === 'CreateSource' ? declaredKey(statement) : this.queryKey(statement.query);
    if (key) this.keys.set(statement.name, key);
    else this.keys.delete(statement.name);
  }

  private queryKey(query: Query): readonly string[] | undefined {
    const by = query.partitionBy ?? query.groupBy;
    const wanted = by ?? this.inherited(query);
    return wanted && everyName(wanted, query);
  }

  /** Without GROUP BY and PARTITION BY the key goes on as it is; that of a join is left open. */
  private inherited({ from }: Query): readonly Expression[] | undefined {
    if (from.kind !== 'Source') return undefined;
    return this.keys.get(from.name)?.map((name) => ({ kind: 'ColumnRef', name, loc: from.loc }));
  }
}

function declaredKey({
  elements,
}: Extract<Statement, { kind: 'CreateSource' }>): readonly string[] | undefined {
  // Without a list of columns the registry knows them.
  if (elements.length === 0) return undefined;
  return elements
    .filter(({ constraint }) => constraint.kind === 'KEY' || constraint.kind === 'PRIMARY KEY')
    .map(({ name }) => name);
}

/** Under which names the expressions are selected; undefined when one of them is not. */
function everyName(expressions: readonly Expression[], query: Query): readonly string[] | undefined {
  const names = expressions.map((expression) => nameIn(expression, query));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function nameIn(expression: Expression, { select }: Query): string | undefined {
  for (const item of select) {
    if (item.kind === 'Column' && sameText(item.expression, expression))
      return item.alias ?? (item.expression.kind === 'ColumnRef' ? item.expression.name : undefined);
  }
  const isStar = select.some(({ kind }) => kind === 'Star');
  return isStar && expression.kind === 'ColumnRef' ? expression.name : undefined;
}

/** Equal but for where they stand and which alias they name. */
function sameText(a: Expression, b: Expression): boolean {
  const shape = (node: Expression): string =>
    JSON.stringify(node, (name, value: unknown) =>
      name === 'loc' || name === 'qualifier' ? undefined : value,
    );
  return shape(a) === shape(b);
}
