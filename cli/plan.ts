import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { PLAN_CALLS } from '../operate/access/allowed-calls';
import { declaredObjects } from '../operate/declared';
import { hasChanges } from '../operate/plan/entry';
import type { Plan } from '../operate/plan/entry';
import { liveAsDeclared, readLive } from '../operate/plan/live';
import { makePlan } from '../operate/plan/plan';
import { planMarkdown, planText } from '../operate/plan/render';
import { EXIT, UsageError } from './exit-codes';
import { checkoutOf } from './git-checkout';
import { withExamples } from './help';
import { stackContext } from './stack-context';
import type { StackContext } from './stack-context';
import { effectiveDeclaration } from '../stacks/effective-declaration';

interface PlanOptions {
  readonly stack: string;
  readonly json?: string | boolean;
  readonly markdown?: string | boolean;
  readonly offline?: boolean;
  readonly base?: string;
  readonly changes?: boolean;
}

const EXIT_CODES =
  'Exit codes: 0 nothing to change, 1 a system did not answer, 2 wrong usage, 3 changes (refused ones among them).';

export function registerPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('What applying the stack would do to each resource. Asks the live systems; changes nothing.')
    .option('--stack <name>', 'stack: Pulumi.<name>.yaml', 'dev')
    .option('--offline', 'ask nobody: compare with the declaration of a commit')
    .option('--base <ref>', 'that commit (with --offline)', 'HEAD')
    .option('--changes', 'leave out what stays as it is')
    .option('--json [file]', 'the plan as JSON, to a file or in place of the table')
    .option('--markdown [file]', 'the plan as Markdown, to a file or in place of the table')
    .action(plan);
  withExamples(
    command,
    ['./naap plan', './naap plan --stack prod --json plan.json', './naap plan --offline --base origin/main'],
    EXIT_CODES,
  );
}

async function plan(options: PlanOptions): Promise<void> {
  const made = await (options.offline ? offlinePlan(options) : livePlan(options));
  print(made, options);
  process.exitCode = hasChanges(made) ? EXIT.changes : EXIT.ok;
}

async function livePlan({ stack }: PlanOptions): Promise<Plan> {
  const context = await stackContext(stack);
  const access = context.open(PLAN_CALLS);
  try {
    const declared = declaredObjects(context.resources);
    const live = await readLive(access, declared);
    const { connectors: sinks } = effectiveDeclaration(context);
    return await makePlan({
      ...inputOf(context),
      declared,
      live,
      access,
      sinks,
      against: 'the live systems',
    });
  } finally {
    await access.close();
  }
}

/** No server, no secret: what a pull request may do. */
async function offlinePlan({ stack, base = 'HEAD' }: PlanOptions): Promise<Plan> {
  const context = await stackContext(stack, { offline: true });
  const before = checkoutOf(context.root, base);
  try {
    const { resources } = await stackContext(stack, { offline: true, root: before.folder });
    const live = liveAsDeclared(declaredObjects(resources));
    const declared = declaredObjects(context.resources);
    return await makePlan({ ...inputOf(context), declared, live, against: `commit ${base}` });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`--base ${base}: ${error.message}`);
    throw error;
  } finally {
    before.remove();
  }
}

function inputOf({ stack, environment, declaration, resources }: StackContext) {
  return { stack, environment, resources, versions: declaration.versions };
}

function print(made: Plan, { json, markdown, changes = false }: PlanOptions): void {
  const asJson = JSON.stringify(made, null, 2);
  const asMarkdown = planMarkdown(made);
  if (typeof json === 'string') writeFileSync(json, `${asJson}\n`);
  if (typeof markdown === 'string') writeFileSync(markdown, `${asMarkdown}\n`);
  if (json === true) console.log(asJson);
  else if (markdown === true) console.log(asMarkdown);
  else console.log(planText(made, { changesOnly: changes }));
}
