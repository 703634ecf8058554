import { randomBytes } from 'node:crypto';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { partConfigurations, writePrivateFile } from '../lab';
import { withCurrentUser } from '../operate/rotate/identity-file';
import { DRIFT_CALLS } from '../operate/access/allowed-calls';
import { loginsAs, requireUnused } from '../operate/rotate/in-use';
import { retire, rotate } from '../operate/rotate/rotate';
import type { RotateWorld } from '../operate/rotate/rotate';
import { canLogIn } from '../resources/kafka/kafka-admin';
import { poll } from '../resources/retry';
import { readSecretReference } from '../resources/secret';
import { currentSlot, userName } from '../stacks/identities';
import { secretFile } from '../stacks/names';
import { scramPrincipals } from '../stacks/principals';
import { effectiveDeclaration } from '../stacks/effective-declaration';
import { UsageError } from './exit-codes';
import { withExamples } from './help';
import { stackContext } from './stack-context';
import type { StackContext } from './stack-context';

const SECRET_BYTES = 24;
const EVERY_MS = 500;

interface RotateOptions {
  readonly stack: string;
  readonly retire?: boolean;
  readonly confirm?: boolean;
  readonly timeout: string;
}

export function registerRotate(program: Command): void {
  const command = program
    .command('rotate <principal>')
    .description(
      'Give an identity its other user with a new password; waits for the apply, interrupts nobody.',
    )
    .option('--stack <stack>', 'stack', 'dev')
    .option('--retire', 'make the password of the user that is no longer in use worthless')
    .option(
      '--confirm',
      'with --retire: somebody looked where it cannot be seen from here as whom clients log in',
    )
    .option('--timeout <seconds>', 'how long to wait for the apply', '300')
    .action(run);
  withExamples(command, [
    './naap rotate scraper --stack prod',
    './naap rotate scraper --stack prod --retire --confirm',
  ]);
}

async function run(principal: string, options: RotateOptions): Promise<void> {
  const seconds = Number(options.timeout);
  if (!(seconds > 0)) throw new UsageError(`--timeout is "${options.timeout}", expected seconds above 0`);
  const context = await stackContext(options.stack);
  const world = rotateWorld(context, seconds * 1_000);
  if (!options.retire) return rotate(world, principal);
  if (world.principals.includes(principal)) await checkUnused(context, principal, options.confirm === true);
  await retire(world, principal);
}

/** Throws while the user that is to be retired is in use, as far as that can be seen. */
async function checkUnused(
  { environment, open, lab }: StackContext,
  principal: string,
  isConfirmed: boolean,
): Promise<void> {
  const retired = userName(principal, currentSlot(environment, principal) === 'a' ? 'b' : 'a');
  const access = open(DRIFT_CALLS);
  const local = lab ? partConfigurations(lab) : new Map<string, string>();
  try {
    const logins = await loginsAs(retired, principal, { environment, connect: access.connect, local });
    requireUnused(retired, logins, isConfirmed);
  } finally {
    await access.close();
  }
}

function rotateWorld(context: StackContext, timeoutMs: number): RotateWorld {
  const { environment, declaration, root, stack } = context;
  const fileOf = (user: string): string => path.join(environment.secretsDirectory, secretFile.kafka(user));
  const configuration = path.join(root, `Pulumi.${stack}.yaml`);
  return {
    environment,
    principals: scramPrincipals({ environment, ...effectiveDeclaration({ environment, declaration }) }),
    readSecret: (user) => readSecretReference(`file:${fileOf(user)}`),
    writeSecret: (user, value) => writeSecret(fileOf(user), value),
    newSecret: () => randomBytes(SECRET_BYTES).toString('base64url'),
    logsIn: (username, password) => canLogIn(environment.kafka, { username, password }),
    setCurrent: (principal, slot) =>
      writeFileSync(configuration, withCurrentUser(readFileSync(configuration, 'utf8'), principal, slot)),
    say: (line) => console.log(line),
    waitFor: async (look) =>
      (await poll(async () => ((await look()) ? true : undefined), { everyMs: EVERY_MS, timeoutMs })) ===
      true,
  };
}

function writeSecret(file: string, value: string): void {
  try {
    accessSync(path.dirname(file), constants.W_OK);
  } catch (error) {
    throw new Error(
      `secrets are not written here ("${path.dirname(file)}"): put a new one where "${path.basename(file)}" comes from, then run this again`,
      { cause: error },
    );
  }
  writePrivateFile(file, value);
}
