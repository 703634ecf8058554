import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { updatesGolden } from '../parser/testdata/golden-file';
import { createSource } from '../source/source';
import { CODES } from './codes';
import { formatDiagnostic } from './format-diagnostic';
import { editDistance, nearest, suggest } from './suggest';

const ROOT = resolve(__dirname, '../..');
const CODED_FOLDERS = ['engine', 'cli/ksql'].map((folder) => join(ROOT, folder));

function typeScriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith(join('diagnostics', 'codes.ts')),
    )
    .map((file) => join(folder, file));
}

/** Codes as string literals in the source of the engine and of `ksql check`. */
function usedCodes(): Set<string> {
  const texts = CODED_FOLDERS.flatMap(typeScriptFiles).map((file) => readFileSync(file, 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/['"](KE\d{4})['"]/g)].map((match) => match[1]!)));
}

describe('the catalogue of codes', () => {
  it('describes every code that the source uses', () => {
    expect([...usedCodes()].filter((code) => !(code in CODES)).sort()).toEqual([]);
  });

  it('holds no code that nothing uses, unless it is retired', () => {
    const used = usedCodes();
    const unused = Object.entries(CODES).filter(([code, row]) => !used.has(code) && !row.retired);
    expect(unused.map(([code]) => code)).toEqual([]);
  });

  it.each(Object.entries(CODES))('says of %s what, when and how to mend it', (code, { title, when, fix }) => {
    expect(code).toMatch(/^KE[1-9]\d{3}$/);
    expect(title).toMatch(/^[^.]+[^.]$/);
    expect(when).toMatch(/\.$/);
    expect(fix).toMatch(/\.$/);
  });
});

describe('the page of codes', () => {
  const page = join(ROOT, 'docs', 'reference', 'diagnostics.md');

  /** The page that says to users what this catalogue says. */
  function render(): string {
    const rows = Object.entries(CODES).filter(([, row]) => !row.retired);
    const lines = rows.map(([code, { title, when, fix }]) => `| ${code} | ${title} | ${when} | ${fix} |`);
    return [PAGE_HEAD, '| code | what | when | what to do |', '|---|---|---|---|', ...lines, ''].join('\n');
  }

  it('says what the catalogue says (UPDATE_GOLDEN=1 writes it)', () => {
    if (updatesGolden()) {
      mkdirSync(dirname(page), { recursive: true });
      writeFileSync(page, render());
    }
    expect(readFileSync(page, 'utf8')).toBe(render());
  });
});

const PAGE_HEAD = `<!-- Written from engine/diagnostics/codes.ts by its test; do not edit. -->
# Diagnostics of SQL

What \`./naap ksql check\` and the local ksqlDB report. The messages are ksqlDB's own wherever it has one; the codes, hints and lint rules
(KE5…) are naap's. A comment \`-- lint: allow <rule>: <reason>\` in or right before a statement silences a lint rule there.
`;

describe('formatDiagnostic', () => {
  const source = createSource('first\n\tselect nope\r\nlast', 'a.sql');
  const at = { start: 14, end: 18, line: 2, column: 9 };

  it('shows the place, the line, carets and the hint', () => {
    const text = formatDiagnostic({
      code: 'KE1001',
      severity: 'error',
      message: 'wrong',
      source,
      span: at,
      hint: 'Mend it.',
    });
    expect(text).toBe('a.sql:2:9: error KE1001: wrong\n     select nope\n            ^^^^\nhint: Mend it.');
  });

  it('says the position once', () => {
    const message = 'line 2:9: Syntax Error\nExpecting x';
    const text = formatDiagnostic({ code: 'KE1001', severity: 'error', message, source, span: at });
    expect(text.split('\n').slice(0, 2)).toEqual([
      'a.sql:2:9: error KE1001: Syntax Error',
      '    Expecting x',
    ]);
  });

  it('does without a place', () => {
    expect(formatDiagnostic({ code: 'KE9001', severity: 'warning', message: 'so' })).toBe(
      'warning KE9001: so',
    );
  });

  it('cuts a long line around the place', () => {
    const long = createSource(`${'x'.repeat(5000)} here ${'y'.repeat(5000)}`, 'l.sql');
    const span = { start: 5001, end: 5005, line: 1, column: 5002 };
    const lines = formatDiagnostic({
      code: 'KE1001',
      severity: 'error',
      message: 'm',
      source: long,
      span,
    }).split('\n');
    const caret = lines[2]!.indexOf('^');
    expect(lines[1]!.slice(caret, caret + 4)).toBe('here');
    expect(lines[1]!.length).toBeLessThan(200);
  });

  it('indents what is related', () => {
    const related = [{ code: 'KE1002', severity: 'info', message: 'b' } as const];
    expect(formatDiagnostic({ code: 'KE1001', severity: 'error', message: 'a', related })).toBe(
      'error KE1001: a\n  info KE1002: b',
    );
  });
});

describe('suggest', () => {
  it.each([
    ['amout', ['id', 'amount'], 'amount'],
    ['SELEC', ['SELECT', 'SET'], 'SELECT'],
    ['xyz', ['amount'], undefined],
    ['anything', [], undefined],
  ])('for %j among %j', (input, candidates, expected) => expect(suggest(input, candidates)).toBe(expected));

  it('counts edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(nearest('b', ['aaa', 'B'])).toEqual({ candidate: 'B', distance: 0 });
  });
});
