import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withoutLocations } from '../ast/without-locations';
import { KsqlError } from '../diagnostics/diagnostic';
import { formatStatement } from '../printer';
import { createSource } from '../source/source';
import { parseStatements } from './parser';

const SHARED = process.env.NAAP_SHARED ?? resolve(__dirname, '../../../shared');
const present = existsSync(join(SHARED, 'ksqldb-cases')) && existsSync(join(SHARED, 'ksqldb-rest'));
const describeShared = present ? describe : describe.skip;

interface Case {
  readonly name: string;
  readonly statements: readonly string[];
  readonly expectedException?: { readonly message?: string };
  readonly expectedError?: { readonly message?: string };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function publishedCases(): readonly Case[] {
  const folders = ['query-validation-tests', 'rest-query-validation-tests'].map((name) =>
    join(SHARED, 'ksqldb-cases', name),
  );
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  return files.flatMap((file) => (readJson(file) as { tests: Case[] }).tests);
}

/** Statements that a stock server showed in the layout that it gives to all that it knows. */
function shownStatements(): readonly string[] {
  const shown = new Set<string>();
  JSON.stringify(
    readJson(join(SHARED, 'ksqldb-rest', 'interactions.json')),
    (name: string, value: unknown) => {
      if (name === 'queryString' || name === 'statementText') shown.add(String(value));
      return value;
    },
  );
  return [...shown].filter(
    (text) =>
      /^CREATE (OR REPLACE )?(STREAM|TABLE) [A-Z0-9_]+ (WITH|\()/.test(text) &&
      text.includes('KEY_FORMAT') !== text.includes(' AS SELECT'),
  );
}

function errorOf(text: string): string | undefined {
  try {
    parseStatements(createSource(text));
    return undefined;
  } catch (error) {
    if (error instanceof KsqlError) return error.message;
    throw error;
  }
}

// Skipped where the published cases and recordings are not beside the repository (../shared, or NAAP_SHARED).
const note = present ? '' : ' (skipped: ksqldb-cases is not there; set NAAP_SHARED)';
describeShared(`the published cases and a stock server’s answers${note}`, () => {
  it('parses every case that is not expected to fail, and prints what parses back', () => {
    const cases = publishedCases().filter((one) => !one.expectedException && !one.expectedError);
    expect(cases.length).toBeGreaterThan(500);
    for (const { name, statements } of cases) {
      const parsed = parseStatements(createSource(statements.join('\n'), name));
      for (const { statement } of parsed) {
        const [again] = parseStatements(createSource(formatStatement(statement), name));
        expect(withoutLocations(again!.statement)).toEqual(withoutLocations(statement));
      }
    }
  });

  it('words syntax errors as stock does', () => {
    const cases = publishedCases().flatMap(({ statements, expectedException, expectedError }) => {
      const message = (expectedException ?? expectedError)?.message ?? '';
      return /Syntax Error\n|overflows/.test(message) ? [{ statements, message }] : [];
    });
    expect(cases.length).toBeGreaterThan(4);
    for (const { statements, message } of cases) {
      const last = statements[statements.length - 1]!;
      const ours = [errorOf(statements.join('\n')), errorOf(last)].map(
        (text) => `${text}\nStatement: ${last}`,
      );
      expect(ours.some((text) => text.includes(message))).toBe(true);
    }
  });

  it('lays statements out as stock shows them', () => {
    const shown = shownStatements();
    expect(shown.length).toBeGreaterThan(20);
    for (const text of shown) {
      const [parsed] = parseStatements(createSource(text));
      expect(formatStatement(parsed!.statement)).toBe(text);
    }
  });
});
