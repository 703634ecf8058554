import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { RUNBOOK_FOLDER, RUNBOOK_SECTIONS, readRunbook, runbookNames } from '../lab/drill/runbook';
import { createProgram } from './main';

const ROOT = path.resolve(__dirname, '..');
const names = runbookNames(ROOT);

/** Every call of `./naap` in a text: what follows it, up to what ends a command. */
function calls(text: string): string[][] {
  return [...text.matchAll(/\.\/naap ((?:[^\n`|&;>)"']|"[^"\n]*"|'[^'\n]*')*)/g)].map(
    ([, rest]) => rest!.match(/"[^"]*"|'[^']*'|\S+/g) ?? [],
  );
}

/** Why `words` are no call of the program; undefined when they are one. */
function mistake(words: readonly string[]): string | undefined {
  let command: Command = createProgram();
  const rest = [...words];
  for (let next = find(command, rest[0]); next; next = find(command, rest[0])) {
    command = next;
    rest.shift();
  }
  if (command.name() === 'naap') return `no command "${words[0] ?? ''}"`;
  if (command.name() === 'kafka') return undefined;
  const unknown = rest.find((word) => word.startsWith('-') && !hasOption(command, word));
  return unknown === undefined ? undefined : `"${command.name()}" has no option ${unknown}`;
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((it) => it.name() === name);
}

function hasOption(command: Command, word: string): boolean {
  return word === '--help' || command.options.some(({ long, short }) => long === word || short === word);
}

it('finds calls, and what is wrong with them', () => {
  expect(calls('`./naap up` and until ./naap query "SELECT 1;" --json | grep x')).toEqual([
    ['up'],
    ['query', '"SELECT 1;"', '--json'],
  ]);
  expect(mistake(['lab', 'kill', 'kafka-2'])).toBeUndefined();
  expect(mistake(['lab', 'kill', '--gently'])).toBe('"kill" has no option --gently');
  expect(mistake(['heal'])).toBe('no command "heal"');
});

it.each(names)('runbook %s has the sections of every runbook', (name) => {
  const runbook = readRunbook(ROOT, name);
  expect(runbook.title).not.toBe('');
  expect(runbook.sections).toEqual(RUNBOOK_SECTIONS);
  expect(runbook.steps.map(({ section }) => section)).toEqual(expect.arrayContaining(['Do', 'Verify']));
});

const pages = [
  ...[...names, 'README'].map((name) => `${RUNBOOK_FOLDER}/${name}.md`),
  'README.md',
  'CONTRIBUTING.md',
  'docs/change-a-metric.md',
  'docs/scores.md',
  'ksql/README.md',
  'schemas/README.md',
];

it.each(pages)('%s names commands and options that there are', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  expect(calls(text).flatMap((words) => mistake(words) ?? [])).toEqual([]);
});
