import { z } from 'zod';
import { parseStatement } from '../../engine/index';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';
import { statementFacts } from './statement-facts';
import type { StatementFacts } from './statement-facts';

export interface QueryStatement {
  readonly text: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly facts: StatementFacts;
}

/** What one SQL file makes, as declared. */
export interface DeclaredQuery {
  readonly name: string;
  readonly file: string;
  readonly statements: readonly QueryStatement[];
  readonly reads: readonly string[];
}

/** A query as the server lists it. */
export interface LiveQuery {
  readonly id: string;
  readonly text: string;
  /** `RUNNING`, `PAUSED`, `ERROR`, `UNRESPONSIVE`, or several where the servers of a cluster differ. */
  readonly state: string;
  readonly sinks: readonly string[];
}

/** An object as the server has it, with the queries that write into it. */
export interface LiveObject {
  /** The statement that made the source; absent when only a query is left (INSERT INTO). */
  readonly statement?: string;
  readonly queries: readonly LiveQuery[];
}

const inputs = z.object({
  object: z.string(),
  file: z.string(),
  reads: z.array(z.string()),
  statements: z.array(z.object({ text: z.string(), properties: z.record(z.string(), z.string()) })).min(1),
});

export function parseQuery(resource: DeclaredResource): DeclaredQuery {
  const { object, statements, ...rest } = parseInputs(resource, inputs);
  return {
    ...rest,
    name: object,
    statements: statements.map((statement) => ({ ...statement, facts: factsOf(statement.text) })),
  };
}

function factsOf(text: string): StatementFacts {
  const parsed = parseStatement(text);
  return (parsed && statementFacts(parsed.statement)) ?? { needs: [] };
}
