import type { Expression } from '../../engine/index';
import type { Query, Relation, Statement, WithProperties } from '../../engine/index';

/** What the order of statements and the rights of their runner are derived from. */
export interface StatementFacts {
  /** Object that the statement makes; absent for INSERT INTO and settings. */
  readonly makes?: string;
  /** Objects that it reads or writes into and that must exist before. */
  readonly needs: readonly string[];
  /** Topic that it declares a source over (CREATE STREAM … WITH), which must exist before. */
  readonly readsTopic?: string;
  /** Topic that it makes and writes (CREATE … AS SELECT). */
  readonly writesTopic?: string;
  /** Object into which it writes (INSERT INTO). */
  readonly insertsInto?: string;
}

/** The facts of a statement that an SQL file may hold; undefined for any other kind. */
export function statementFacts(statement: Statement): StatementFacts | undefined {
  switch (statement.kind) {
    case 'CreateSource':
      return {
        makes: statement.name,
        needs: [],
        readsTopic: topicName(statement.properties, statement.name),
      };
    case 'CreateAsSelect':
      return {
        makes: statement.name,
        needs: querySources(statement.query),
        writesTopic: topicName(statement.properties, statement.name),
      };
    case 'InsertIntoSelect':
      return { needs: [statement.target, ...querySources(statement.query)], insertsInto: statement.target };
    default:
      return undefined;
  }
}

/** Names of the streams and tables in FROM and JOIN, each once. */
export function querySources(query: Query): string[] {
  return [...new Set(relationNames(query.from))];
}

function relationNames(relation: Relation): string[] {
  if (relation.kind === 'Source') return [relation.name];
  return [...relationNames(relation.left), relation.right.name];
}

function topicName(properties: WithProperties, fallback: string): string {
  return literalText(properties.get('KAFKA_TOPIC')) ?? fallback;
}

/** The value of a literal in a WITH clause, as text. */
export function literalText(expression: Expression | undefined): string | undefined {
  switch (expression?.kind) {
    case 'StringLiteral':
    case 'IntegerLiteral':
    case 'LongLiteral':
    case 'DoubleLiteral':
    case 'BooleanLiteral':
      return String(expression.value);
    case 'DecimalLiteral':
      return expression.text;
    default:
      return undefined;
  }
}
