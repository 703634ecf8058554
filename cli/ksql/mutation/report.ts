import type { FileMutation, Outcome } from './run-mutations';
import { mutationText, reasonFor } from './survivors';
import type { Survivor } from './survivors';

export interface Judged {
  readonly mutation: FileMutation;
  readonly outcome: Outcome;
}
export interface FileScore {
  readonly file: string;
  readonly noticed: number;
  readonly survived: number;
  /** Of those that survived: named with a reason. */
  readonly explained: number;
  readonly refused: number;
}
export interface MutationReport {
  readonly files: readonly FileScore[];
  /** Noticed of all that could be noticed, 0 to 1; 1 where there was nothing. */
  readonly score: number;
  readonly unexplained: readonly Judged[];
  /** Listed with a reason, but noticed or no longer there. */
  readonly outdated: readonly Survivor[];
}

/** `complete`: every mutation of the files was tried, so that what is listed and was not met is outdated. */
export function reportOf(
  judged: readonly Judged[],
  survivors: readonly Survivor[],
  complete: boolean,
): MutationReport {
  const files = [...new Set(judged.map(({ mutation }) => mutation.file))].map((file) =>
    scoreOf(
      file,
      judged.filter(({ mutation }) => mutation.file === file),
      survivors,
    ),
  );
  const noticed = sum(files, ({ noticed: it }) => it);
  const countable = noticed + sum(files, ({ survived }) => survived);
  const survived = judged.filter(({ outcome }) => outcome.kind === 'survived');
  return {
    files,
    score: countable === 0 ? 1 : noticed / countable,
    unexplained: survived.filter(({ mutation }) => reasonFor(mutation, survivors) === undefined),
    outdated: complete ? survivors.filter((it) => isOutdated(it, files, survived)) : [],
  };
}

function isOutdated(listed: Survivor, files: readonly FileScore[], survived: readonly Judged[]): boolean {
  if (!files.some(({ file }) => file === listed.file)) return false;
  return !survived.some(
    ({ mutation }) => mutation.file === listed.file && mutationText(mutation) === listed.mutation,
  );
}

function scoreOf(file: string, judged: readonly Judged[], survivors: readonly Survivor[]): FileScore {
  const count = (kind: Outcome['kind']): number =>
    judged.filter(({ outcome }) => outcome.kind === kind).length;
  const explained = judged.filter(
    ({ mutation, outcome }) =>
      outcome.kind === 'survived' && reasonFor(mutation, survivors) !== undefined,
  ).length;
  return { file, noticed: count('noticed'), survived: count('survived'), explained, refused: count('refused') };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** For people: what survived with its place, then a line a file, then the score. */
export function reportText({ files, score, unexplained, outdated }: MutationReport): string {
  const survivors = unexplained.map(
    ({ mutation }) => `${mutation.file}:${mutation.line} survived  ${mutationText(mutation)}`,
  );
  const stale = outdated.map(({ file, mutation }) => `${file}: listed as a survivor, but is none: ${mutation}`);
  const width = Math.max(4, ...files.map(({ file }) => file.length));
  const rows = files.map(
    ({ file, noticed, survived, explained, refused }) =>
      `${file.padEnd(width)}  ${cell(noticed)}  ${cell(survived)}  ${cell(explained)}  ${cell(refused)}`,
  );
  const head = `${'file'.padEnd(width)}   noticed  survived  with reason   refused`;
  const percent = (Math.floor(score * 1000) / 10).toFixed(1);
  return [...survivors, ...stale, '', head, ...rows, '', `${percent} % of the broken rules were noticed`].join('\n');
}

function cell(count: number): string {
  return String(count).padStart(8);
}
