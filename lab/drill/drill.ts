import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { readDeclaration } from '../../stacks/declaration';
import type { LabSettings } from '../settings';
import { accountFor, catchUp } from './account';
import { AnswerWatch } from './answers';
import { startLoad } from './load';
import type { Load, LoadCounts } from './load';
import { missingLine } from './runbook';
import type { Runbook, RunbookStep } from './runbook';
import { Shell } from './shell';

const STEP_TIMEOUT_MS = 600_000;
/** Seconds of traffic before the first command, so that what follows interrupts something. */
const WARM_UP_SECONDS = 3;
const POLL_MS = 50;

/** Where a drill is carried out: never on a platform that somebody needs. */
export interface DrillPlace {
  readonly settings: LabSettings;
  readonly endpoints: PlatformEndpoints;
  /** A copy of the project: commands may edit the declaration. */
  readonly folder: string;
}

export interface DrillStep extends RunbookStep {
  readonly ms: number;
  readonly output: string;
}

/** What a runbook led to. */
export interface DrillResult {
  readonly runbook: string;
  readonly steps: readonly DrillStep[];
  readonly acknowledged: number;
  /** Acknowledged by the brokers and gone. */
  readonly lost: number;
  /** In the topic without an acknowledgement that was seen. */
  readonly unasked: number;
  /** Records that were refused or given up, by error. */
  readonly refused: Readonly<Record<string, number>>;
  readonly longestPauseMs: number;
  readonly longestUnansweredMs: number;
  /** From the end of the traffic until ksqlDB and the lake had everything. */
  readonly caughtUpMs: number;
  readonly ms: number;
}

/**
 * Carries out a runbook as a user would, command by command, while traffic comes in. Throws when a command does not do what the page
 * says, when an acknowledged record is lost, and when ksqlDB or the lake do not hold in the end what came in.
 */
export async function runDrill(
  runbook: Runbook,
  place: DrillPlace,
  onStep: (step: DrillStep) => void = () => undefined,
): Promise<DrillResult> {
  const began = performance.now();
  const { settings, endpoints } = place;
  const declaration = readDeclaration(place.folder);
  const load = startLoad(settings, endpoints, { rate: runbook.drill.rate });
  const watch = new AnswerWatch(endpoints.ksqldb.url, `sla_1m_v${declaration.versions.sla?.running ?? 1}`);
  try {
    await warmUp(load, runbook.drill.rate * WARM_UP_SECONDS);
    const steps = await runSteps(runbook, place, onStep);
    const counts = await load.stop();
    const stoppedAt = performance.now();
    const problem = await catchUp(endpoints, readDeclaration(place.folder));
    const caughtUpMs = performance.now() - stoppedAt;
    const longestUnansweredMs = await watch.stop();
    const account = await accountFor(endpoints, counts.acknowledged);
    const result = resultOf(runbook, steps, counts, {
      ...account,
      caughtUpMs,
      longestUnansweredMs,
      ms: performance.now() - began,
    });
    if (account.lost > 0) throw new Error(`${runbook.file}: ${account.lost} acknowledged records are lost`);
    if (problem !== undefined) throw new Error(`${runbook.file}: in the end ${problem}`);
    return result;
  } finally {
    await Promise.all([load.stop(), watch.stop()]);
  }
}

async function warmUp(load: Load, records: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (load.counts().sent < records) {
    if (Date.now() > deadline)
      throw new Error(`the platform takes no traffic: ${JSON.stringify(load.counts().failed)}`);
    await sleep(POLL_MS);
  }
}

async function runSteps(
  { file, steps }: Runbook,
  { settings, folder }: DrillPlace,
  onStep: (step: DrillStep) => void,
): Promise<DrillStep[]> {
  const shell = new Shell(folder, shellEnvironment(settings));
  const done: DrillStep[] = [];
  try {
    for (const step of steps) {
      const { code, output, ms } = await shell.run(step.command, STEP_TIMEOUT_MS);
      const result = { ...step, output, ms };
      onStep(result);
      done.push(result);
      const wrong = deviation(step, code, output);
      if (wrong) throw new Error(`${file}:${step.line}: ${step.command}\n${wrong}. It said:\n${output}`);
    }
    return done;
  } finally {
    shell.close();
  }
}

function deviation({ exitCode, expected }: RunbookStep, code: number, output: string): string | undefined {
  if (code !== exitCode) return `ended with ${code}, the page says ${exitCode}`;
  const missing = missingLine(expected, output);
  return missing === undefined ? undefined : `did not say what the page says: ${missing}`;
}

/** The commands find this platform, whatever the starter's own variables say. */
function shellEnvironment({ env, home, runDir }: LabSettings): Record<string, string | undefined> {
  const { NAAP_ROOT: _, ...rest } = env;
  return { ...process.env, ...rest, NAAP_HOME: home, NAAP_RUN_DIR: runDir, NO_COLOR: '1' };
}

function resultOf(
  { name }: Runbook,
  steps: readonly DrillStep[],
  { sent, failed, longestPauseMs }: LoadCounts,
  rest: Pick<DrillResult, 'lost' | 'unasked' | 'caughtUpMs' | 'longestUnansweredMs' | 'ms'>,
): DrillResult {
  return { runbook: name, steps, acknowledged: sent, refused: failed, longestPauseMs, ...rest };
}
