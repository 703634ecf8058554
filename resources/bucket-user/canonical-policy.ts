import { canonicalJson } from '../compare-properties';
import type { Json } from '../declared';

type Statement = { readonly [key: string]: Json | undefined };

/**
 * A policy document in one form: the store gives actions, resources and statements back in an order of its own, and a
 * single value as a list or not.
 */
export function canonicalPolicy(document: string): string {
  const { Statement: statements = [], ...rest } = JSON.parse(document) as {
    Statement?: Statement | Statement[];
  };
  const list = (Array.isArray(statements) ? statements : [statements]).map(canonicalStatement);
  return canonicalJson({ ...rest, Statement: list.sort() });
}

function canonicalStatement(statement: Statement): string {
  const lists = ['Action', 'NotAction', 'Resource', 'NotResource'].filter(
    (key) => statement[key] !== undefined,
  );
  const sorted = Object.fromEntries(lists.map((key) => [key, sortedList(statement[key]!)]));
  const condition =
    statement.Condition === undefined
      ? {}
      : { Condition: canonicalCondition(statement.Condition as Statement) };
  return canonicalJson({ ...statement, ...sorted, ...condition });
}

function canonicalCondition(condition: Statement): Json {
  const tests = Object.entries(condition).map(([test, variables]) => [
    test,
    Object.fromEntries(
      Object.entries(variables as Statement).map(([name, values]) => [name, sortedList(values!)]),
    ),
  ]);
  return Object.fromEntries(tests) as Json;
}

function sortedList(value: Json): string[] {
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map(String).sort();
}
