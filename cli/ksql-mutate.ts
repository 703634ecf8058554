import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { projectRoot } from '../lab/paths';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { ksqlCommand } from './ksql/command-group';
import { reportOf, reportText } from './ksql/mutation/report';
import type { Judged } from './ksql/mutation/report';
import { fileMutations, MutationRunner } from './ksql/mutation/run-mutations';
import type { FileMutation } from './ksql/mutation/run-mutations';
import { mutationText, readSurvivors } from './ksql/mutation/survivors';
import { runInWorkers, serveMutations } from './ksql/mutation/workers';
import { PlannedSql } from './ksql/planned-sql';
import { sqlObjects } from './ksql/virtual-pipeline';

interface MutateOptions {
  readonly min: number;
  readonly sample?: number;
  readonly seed: number;
  readonly jobs?: number;
  readonly json?: string;
  readonly worker?: boolean;
}
const SURVIVORS = 'ksql/survivors.yaml';

export function registerKsqlMutate(program: Command): void {
  const command = ksqlCommand(program)
    .command('mutate')
    .argument('[paths...]', 'files and folders below ksql/; all of it when none is given')
    .description(
      `Break each rule of the SQL once and see whether a test notices. Survivors belong into ${SURVIVORS}, with a reason.`,
    )
    .option('--min <percent>', 'share of broken rules that must be noticed', percentArgument, 95)
    .option('--sample <n>', 'only so many, chosen by --seed', countArgument)
    .option('--seed <n>', 'which ones', countArgument, 1)
    .option('--jobs <n>', 'in so many processes (default: one a core)', countArgument)
    .option('--json <file>', 'write every mutation with its outcome');
  command.addOption(command.createOption('--worker', 'judge what the parent process sends').hideHelp());
  command.action(mutate);
  withExamples(
    command,
    [
      './naap ksql mutate ksql/gold/sla.sql',
      './naap ksql mutate --sample 200 --seed 7',
      './naap ksql mutate --min 95 --json mutations.json',
    ],
    'Exit codes: 0 enough were noticed and every survivor has its reason, 1 not, 2 wrong usage.',
  );
}

async function mutate(paths: readonly string[], options: MutateOptions): Promise<void> {
  const root = projectRoot();
  const planned = await PlannedSql.of(sqlObjects());
  if (options.worker) {
    const runner = new MutationRunner(planned, root);
    return serveMutations((mutation) => runner.run(mutation));
  }
  const all = mutationsAt(paths, planned, root);
  const chosen = options.sample === undefined ? all : sampleOf(all, options.sample, options.seed);
  const judged = await judge(chosen, options);
  const report = reportOf(judged, readSurvivors(path.join(root, SURVIVORS)), chosen.length === all.length);
  if (options.json !== undefined) writeFileSync(options.json, rowsText(judged));
  console.log(reportText(report));
  if (report.score * 100 < options.min || report.unexplained.length + report.outdated.length > 0)
    process.exitCode = EXIT.error;
}

function mutationsAt(paths: readonly string[], planned: PlannedSql, root: string): FileMutation[] {
  const files = [...new Set(planned.objects.map(({ file }) => file))];
  const wanted = paths.map((it) => path.relative(root, path.resolve(it)).split(path.sep).join('/'));
  const unknown = wanted.find((it) => !files.some((file) => isBelow(file, it)));
  if (unknown !== undefined) throw new UsageError(`${unknown}: no .sql file of ksql/ lies there`);
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
  const all = fileMutations(planned, texts);
  return wanted.length === 0 ? all : all.filter(({ file }) => wanted.some((it) => isBelow(file, it)));
}

function isBelow(file: string, place: string): boolean {
  return place === '' || file === place || file.startsWith(`${place}/`);
}

/** The same ones for the same seed: Fisher and Yates with a linear congruential generator (Numerical Recipes' constants). */
function sampleOf(all: readonly FileMutation[], count: number, seed: number): FileMutation[] {
  const left = [...all];
  let state = seed >>> 0;
  const chosen: FileMutation[] = [];
  while (chosen.length < count && left.length > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    chosen.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return chosen;
}

async function judge(mutations: readonly FileMutation[], options: MutateOptions): Promise<Judged[]> {
  const judged: Judged[] = [];
  const step = Math.max(50, Math.floor(mutations.length / 20));
  let done = 0;
  await runInWorkers(
    mutations,
    ['ksql', 'mutate', '--worker'],
    options.jobs ?? availableParallelism(),
    (index, outcome) => {
      judged[index] = { mutation: mutations[index]!, outcome };
      if (++done % step === 0) console.error(`${done} of ${mutations.length}`);
    },
  );
  return judged;
}

function rowsText(judged: readonly Judged[]): string {
  const rows = judged.map(({ mutation, outcome }) =>
    JSON.stringify({
      file: mutation.file,
      line: mutation.line,
      mutation: mutationText(mutation),
      ...outcome,
    }),
  );
  return `[\n${rows.join(',\n')}\n]\n`;
}

function countArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 on');
  return Number(text);
}

function percentArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError('expected a percentage, 0 to 100');
  return value;
}
