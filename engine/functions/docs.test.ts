import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionsPage } from './docs';
import { builtinFunctions } from './index';

it('keeps docs/functions.md fresh (npx tsx tools/functions-docs.ts rewrites it)', () => {
  expect(readFileSync(join(__dirname, '../../docs/functions.md'), 'utf8')).toBe(functionsPage());
});

it('has every function on the page once', () => {
  const headings = functionsPage()
    .match(/^### .*$/gm)!
    .map((line) => line.slice(4));
  expect([...headings].sort()).toEqual(builtinFunctions.list().map((row) => row.name));
});
