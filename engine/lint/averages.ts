import type { Expression } from '../ast/expressions';
import type { Query, SelectItem, Statement } from '../ast/statements';
import { sourcesOf, walkExpression } from '../ast/walk';
import type { Averages } from './rule';
import { isAverageColumn, isAveraging } from './rules/no-average-of-averages';

/**
 * Which columns of which sources hold averages, followed from statement to statement: through names, arithmetic and
 * functions, and through topics that one statement writes and another declares.
 */
export class AverageTracker implements Averages {
  private readonly bySource = new Map<string, ReadonlySet<string>>();
  private readonly byTopic = new Map<string, ReadonlySet<string>>();

  isAverage(source: string, column: string): boolean {
    return this.bySource.get(source)?.has(column) ?? false;
  }

  /** Takes note of what `statement` makes. */
  add(statement: Statement): void {
    if (statement.kind === 'CreateAsSelect') {
      this.note(statement.name, topicOf(statement), this.averagesOf(statement.query));
    } else if (statement.kind === 'InsertIntoSelect') {
      const known = this.bySource.get(statement.target) ?? new Set();
      this.note(statement.target, undefined, new Set([...known, ...this.averagesOf(statement.query)]));
    } else if (statement.kind === 'CreateSource') {
      const topic = topicOf(statement);
      const written = topic === undefined ? undefined : this.byTopic.get(topic);
      if (written) this.bySource.set(statement.name, written);
    }
  }

  private note(source: string, topic: string | undefined, columns: ReadonlySet<string>): void {
    this.bySource.set(source, columns);
    if (topic !== undefined) this.byTopic.set(topic, columns);
  }

  private averagesOf(query: Query): ReadonlySet<string> {
    return new Set(query.select.flatMap((item) => this.averagesOfItem(item, query)));
  }

  private averagesOfItem(item: SelectItem, query: Query): readonly string[] {
    if (item.kind === 'Star') {
      const sources = sourcesOf(query.from).filter(
        ({ alias }) => item.qualifier === undefined || item.qualifier === alias,
      );
      return sources.flatMap(({ name }) => [...(this.bySource.get(name) ?? [])]);
    }
    if (item.kind === 'StructStar') return [];
    const name = item.alias ?? (item.expression.kind === 'ColumnRef' ? item.expression.name : undefined);
    return name !== undefined && this.holdsAverage(item.expression, query) ? [name] : [];
  }

  private holdsAverage(expression: Expression, query: Query): boolean {
    return [...walkExpression(expression)].some(
      (node) => isAveraging(node) || (node.kind === 'ColumnRef' && isAverageColumn(node, query.from, this)),
    );
  }
}

/** KAFKA_TOPIC, or the source's name where it is left out. */
function topicOf(statement: Extract<Statement, { kind: 'CreateAsSelect' | 'CreateSource' }>): string {
  const topic = statement.properties.get('KAFKA_TOPIC');
  return topic?.kind === 'StringLiteral' ? topic.value : statement.name;
}
