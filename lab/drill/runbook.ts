import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where the runbooks lie, below the project's folder. */
export const RUNBOOK_FOLDER = 'docs/operations';

/** Pages of another form that are carried out as well: they teach, nothing has happened. */
const TUTORIALS: Readonly<Record<string, string>> = { 'change-a-metric': 'docs/change-a-metric.md' };

/** What every runbook has, in this order. */
export const RUNBOOK_SECTIONS = ['Symptom', 'What is lost', 'Check', 'Do', 'Verify', 'Figures seen'] as const;

const drillSchema = z.strictObject({
  /** Brokers of the platform that it is tried on. */
  brokers: z.union([z.literal(1), z.literal(3)]),
  /** Gateway events a second that come in meanwhile. */
  rate: z.number().int().min(1),
  /** Whether CI tries it as well. */
  ci: z.boolean(),
});
export type DrillSettings = z.infer<typeof drillSchema>;

/** One command of a runbook, and what the page says about it. */
export interface RunbookStep {
  readonly command: string;
  /** Lines that its output must hold, in this order; `…` stands for anything. */
  readonly expected: readonly string[];
  readonly exitCode: number;
  readonly section: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

/** One page of `docs/operations/`: it is read by people and carried out by the drill. */
export interface Runbook {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly drill: DrillSettings;
  readonly sections: readonly string[];
  readonly steps: readonly RunbookStep[];
}

/** Names of all runbooks, sorted. */
export function runbookNames(root: string): string[] {
  return readdirSync(path.join(root, RUNBOOK_FOLDER))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => path.basename(file, '.md'))
    .sort();
}

/** Names of all pages that can be carried out: the runbooks, then what teaches. */
export function drillNames(root: string): string[] {
  return [...runbookNames(root), ...Object.keys(TUTORIALS)];
}

/** Reads one page. Throws with the choice when there is none of that name. */
export function readRunbook(root: string, name: string): Runbook {
  const names = drillNames(root);
  if (!names.includes(name)) throw new Error(`no runbook "${name}", expected one of: ${names.join(', ')}`);
  const file = TUTORIALS[name] ?? path.join(RUNBOOK_FOLDER, `${name}.md`);
  return parseRunbook(name, file, readFileSync(path.join(root, file), 'utf8'));
}

/**
 * Takes a page apart: the settings of its drill (YAML between `---` lines), its sections, and the commands of its `console` blocks:
 * `$ ` begins a command, `> ` goes on with it, `[3]` is the exit code where it is not 0, all else is what is seen.
 */
export function parseRunbook(name: string, file: string, text: string): Runbook {
  const frontMatter = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (!frontMatter) throw new Error(`${file}: expected settings of the drill between two lines "---"`);
  const drill = drillSchema.safeParse(parse(frontMatter[1]!));
  if (!drill.success) throw new Error(`${file}: ${z.prettifyError(drill.error)}`);
  const page = readPage(file, text.split('\n'));
  return { name, file, title: page.title, drill: drill.data, sections: page.sections, steps: page.steps };
}

interface Page {
  title: string;
  readonly sections: string[];
  readonly steps: OpenStep[];
}
type OpenStep = { -readonly [K in keyof RunbookStep]: RunbookStep[K] } & { expected: string[] };

const FENCE = '```';

function readPage(file: string, lines: readonly string[]): Page {
  const page: Page = { title: '', sections: [], steps: [] };
  let block: 'none' | 'console' | 'other' = 'none';
  let step: OpenStep | undefined;
  lines.forEach((line, index) => {
    const at = `${file}:${index + 1}`;
    if (line.startsWith(FENCE)) {
      block = block !== 'none' ? 'none' : line === `${FENCE}console` ? 'console' : 'other';
      step = undefined;
    } else if (block === 'console') {
      step = readConsoleLine(page, step, line, index + 1, at);
    } else if (block === 'none') readHeading(page, line);
  });
  return page;
}

function readHeading(page: Page, line: string): void {
  const [, marks, title] = /^(#{1,2}) (.+)$/.exec(line) ?? [];
  if (marks === '#') page.title = title!;
  if (marks === '##') page.sections.push(title!);
}

function readConsoleLine(
  page: Page,
  step: OpenStep | undefined,
  line: string,
  number: number,
  at: string,
): OpenStep | undefined {
  if (line.startsWith('$ ')) {
    const section = page.sections.at(-1) ?? '';
    const next = { command: line.slice(2), expected: [], exitCode: 0, section, line: number };
    page.steps.push(next);
    return next;
  }
  if (line.trim() === '') return step;
  if (!step) throw new Error(`${at}: output without a command before it: a console block begins with "$ "`);
  const code = /^\[(\d+)\]$/.exec(line)?.[1];
  if (code !== undefined) step.exitCode = Number(code);
  else if (line.startsWith('> ')) step.command += `\n${line.slice(2)}`;
  else step.expected.push(line);
  return step;
}

/** The first expected line that `output` does not hold where it should; undefined when it says what the page says. */
export function missingLine(expected: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(collapsed);
  let next = 0;
  for (const line of expected) {
    if (collapsed(line) === '…') continue;
    const pattern = new RegExp(collapsed(line).split('…').map(escaped).join('.*'));
    const found = lines.slice(next).findIndex((it) => pattern.test(it));
    if (found < 0) return line;
    next += found + 1;
  }
  return undefined;
}

/** Tables have other widths, colours and borders elsewhere. */
function collapsed(line: string): string {
  return line.replace(/\s+/g, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
