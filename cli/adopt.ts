import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { ADOPT_CALLS } from '../operate/access/allowed-calls';
import { findAdoptions } from '../operate/adopt/adopt';
import type { Adoption, Stage, Wanted } from '../operate/adopt/adopt';
import { withLines } from '../operate/adopt/config-lines';
import { importList } from '../operate/adopt/import-list';
import type { Proposal } from '../operate/adopt/proposal';
import { adoptionReport, adoptionText } from '../operate/adopt/render';
import { KIND_ORDER, declaredObjects } from '../operate/declared';
import type { KindName } from '../resources/kind';
import { readSecretReference } from '../resources/secret';
import { EXIT, UsageError } from './exit-codes';
import { withExamples } from './help';
import { stackContext } from './stack-context';
import type { StackContext } from './stack-context';

const EXIT_CODES =
  'Exit codes: 0 all of it is declared now, 1 a system did not answer, 2 wrong usage, 3 something is left, with the reason.';
/** What the program of a stack is a function of, besides its configuration. */
const DATA_FOLDERS = ['ksql', 'schemas', 'connectors'];

interface AdoptOptions {
  readonly stack: string;
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: string | boolean;
  readonly imports?: string;
  readonly declared?: boolean;
}

export function registerAdopt(program: Command): void {
  const command = program
    .command('adopt')
    .description(
      'Write the declaration of what is there, owned by the stack and declared by nobody, and what pulumi imports of it.',
    )
    .option('--stack <name>', 'stack: Pulumi.<name>.yaml', 'dev')
    .option('--only <what...>', 'a kind (topic), or one object (topic/telemetry.old.v1)')
    .option('--imports <file>', 'file for pulumi import --file; nothing is written over')
    .option('--declared', 'list for import what is declared already, too')
    .option('--dry-run', 'say what would be written, write nothing')
    .option('--json [file]', 'the report as JSON, to a file or in place of the text')
    .action(adopt);
  withExamples(
    command,
    [
      './naap adopt --dry-run',
      './naap adopt --stack prod --only topic connector/raw-old --imports import.json',
      'pulumi import --file import.json --generate-code=false --stack prod',
      './naap adopt --declared --only topic subject bucket --imports import.json',
    ],
    EXIT_CODES,
  );
}

async function adopt(options: AdoptOptions): Promise<void> {
  const wanted = wantedBy(options.only);
  if (options.imports && existsSync(options.imports))
    throw new UsageError(`--imports ${options.imports}: is there already`);
  const context = await stackContext(options.stack);
  const access = context.open(ADOPT_CALLS);
  const staging = new Staging(context);
  try {
    const { stack, environment, declaration, resources, root } = context;
    const declared = declaredObjects(resources);
    const exists = (file: string): boolean => existsSync(path.join(root, file));
    const readSecret = readSecretReference;
    const input = {
      stack,
      access,
      environment,
      declared,
      versions: declaration.versions,
      readSecret,
      exists,
    };
    const found = await findAdoptions(input, staging.stage, wanted);
    if (!options.dryRun) writeProposals(root, stack, found.proposals);
    print(found, importsOf(found, context, options), options);
    process.exitCode = found.left.length > 0 ? EXIT.changes : EXIT.ok;
  } finally {
    staging.remove();
    await access.close();
  }
}

function wantedBy(only: readonly string[] | undefined): Wanted {
  if (!only) return { matches: () => true };
  const wishes = only.map((wish) => {
    const [kind, ...name] = wish.split('/');
    if (!KIND_ORDER.some((one) => one === kind))
      throw new UsageError(`--only ${wish}: "${kind}" is no kind; these are ${KIND_ORDER.join(', ')}`);
    return { kind, name: name.length > 0 ? name.join('/') : undefined };
  });
  return {
    matches: ({ kind, name }) =>
      wishes.some((wish) => wish.kind === kind && (wish.name === undefined || wish.name === name)),
    kinds: new Set(wishes.map(({ kind }) => kind as KindName)),
  };
}

/** The project with proposals in it, in a folder of its own. */
class Staging {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'naap-adopt-'));

  constructor(private readonly context: StackContext) {}

  readonly stage: Stage = async (proposals) => {
    const { root, stack } = this.context;
    const project = mkdtempSync(path.join(this.folder, 'project-'));
    for (const name of [...DATA_FOLDERS, `Pulumi.${stack}.yaml`].filter((one) =>
      existsSync(path.join(root, one)),
    ))
      cpSync(path.join(root, name), path.join(project, name), { recursive: true });
    writeProposals(project, stack, proposals);
    return stackContext(stack, { root: project });
  };

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeProposals(root: string, stack: string, proposals: readonly Proposal[]): void {
  const configuration = path.join(root, `Pulumi.${stack}.yaml`);
  const before = readFileSync(configuration, 'utf8');
  const after = withLines(before, proposals);
  for (const { path: file, text } of proposals.flatMap(({ files }) => files)) {
    const absolute = path.join(root, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    // Fails for a file that came in between.
    writeFileSync(absolute, text, { flag: 'wx' });
  }
  if (after !== before) writeFileSync(configuration, after);
}

function importsOf(found: Adoption, { resources, root, stack }: StackContext, options: AdoptOptions) {
  const before = new Set(resources.map(({ type, name }) => `${type}::${name}`));
  const chosen = options.declared
    ? found.staged.resources
    : found.staged.resources.filter(({ type, name }) => !before.has(`${type}::${name}`));
  const { name: project } = parse(readFileSync(path.join(root, 'Pulumi.yaml'), 'utf8')) as { name: string };
  const made = importList(chosen, found.live, { project, stack });
  if (options.imports && !options.dryRun)
    writeFileSync(options.imports, `${JSON.stringify(made.list, null, 2)}\n`, { flag: 'wx' });
  return made;
}

function print(found: Adoption, imports: ReturnType<typeof importsOf>, options: AdoptOptions): void {
  const report = adoptionReport(found, imports, options);
  const asJson = JSON.stringify(report, null, 2);
  if (typeof options.json === 'string') writeFileSync(options.json, `${asJson}\n`);
  console.log(options.json === true ? asJson : adoptionText(report));
}
