import { join } from 'node:path';
import { withoutLocations } from '../ast/without-locations';
import { KsqlError } from '../diagnostics/diagnostic';
import { formatDiagnostics } from '../diagnostics/format-diagnostic';
import { formatExpression, formatStatement } from '../printer';
import { createSource } from '../source/source';
import { readGolden, updatesGolden, writeGolden } from './testdata/golden-file';
import { parseExpression, parseStatements } from './parser';

const DIRECTORY = join(__dirname, 'testdata');

/** Prints what was parsed; printing that again, parsed, gives the same tree. */
function printStatements(input: string): string {
  const parsed = parseStatements(createSource(input));
  return parsed
    .map(({ statement }) => {
      const text = formatStatement(statement);
      const again = parseStatements(createSource(text)).map((one) => one.statement);
      expect(withoutLocations(again)).toEqual([withoutLocations(statement)]);
      return text;
    })
    .join('\n');
}

function printExpression(input: string): string {
  const expression = parseExpression(input);
  const text = formatExpression(expression);
  expect(withoutLocations(parseExpression(text))).toEqual(withoutLocations(expression));
  return text;
}

function printError(input: string): string {
  try {
    parseStatements(createSource(input, 'errors.sql'));
  } catch (error) {
    if (error instanceof KsqlError) return formatDiagnostics(error.diagnostics);
    throw error;
  }
  return 'no error';
}

describe.each([
  ['statements.golden', printStatements],
  ['expressions.golden', printExpression],
  ['errors.golden', printError],
] as const)('%s', (file, answer) => {
  const cases = readGolden(DIRECTORY, file);
  if (updatesGolden()) it('is rewritten', () => writeGolden(DIRECTORY, file, cases, answer));
  else it.each([...cases])('$name', ({ input, expected }) => expect(answer(input)).toBe(expected));
});
