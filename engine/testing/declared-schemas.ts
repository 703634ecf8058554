import { parseStatements } from '../parser';
import { createSource } from '../source/source';
import { CaseWorld } from './case-world';
import type { Registration } from './case-world';
import type { TestCase } from './test-case';

const FIXED_BY_ID = /\b(KEY|VALUE)_SCHEMA_ID\b/i;

/**
 * Schemas of the topics that a case's statements declare but its `topics` do not list. The registry of ksqlDB's tool numbers these before
 * the listed ones, which only a case that names a schema by its number can see: all others give none.
 */
export async function declaredSchemas(test: TestCase): Promise<readonly Registration[]> {
  const sql = test.statements.join('\n');
  if (!FIXED_BY_ID.test(sql)) return [];
  const listed = new Set(test.topics.map((topic) => topic.name));
  const world = new CaseWorld(test.properties, test.topics);
  try {
    for (const { statement, text } of parseStatements(createSource(sql))) {
      if (statement.kind === 'CreateSource' || statement.kind === 'RegisterType') await world.execute(text);
    }
  } catch {
    // The run itself reports what is wrong with a statement.
  }
  return world.registrations.filter(({ topic }) => !listed.has(topic));
}
