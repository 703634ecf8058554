import { setTimeout as sleep } from 'node:timers/promises';
import { PORT_OFFSETS, portVariable } from '../ports';
import type { PortName } from '../ports';
import { isPortTaken } from '../process/port';
import { findProcess, logFile, startProcess, stopProcess, tailLog } from '../process/supervisor';
import type { ProcessRecord } from '../process/supervisor';
import type { PlatformContext, PlatformPart } from './part';

const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 50;
const PORT_RELEASE_MS = 3000;
const SHOWN_LOG_LINES = 15;

/** Starts one part and waits until it answers; one that runs already, as it is declared, is only waited for. */
export async function startPart(
  context: PlatformContext,
  part: PlatformPart,
  signal?: AbortSignal,
): Promise<ProcessRecord> {
  const { runDir } = context.settings;
  if (!runsAsDeclared(context, part)) await stopProcess(runDir, part.name);
  const record = findProcess(runDir, part.name) ?? (await launch(context, part));
  await waitUntilReady(context, part, signal);
  await part.afterStart?.(context);
  return record;
}

export function runsAsDeclared(context: PlatformContext, part: PlatformPart): boolean {
  return findProcess(context.settings.runDir, part.name) !== undefined && part.isOutdated?.(context) !== true;
}

async function launch(context: PlatformContext, part: PlatformPart): Promise<ProcessRecord> {
  await checkPorts(context, part);
  return startProcess(context.settings.runDir, await part.prepare(context));
}

async function checkPorts(context: PlatformContext, part: PlatformPart): Promise<void> {
  for (const port of part.ports(context)) {
    if (await becomesFree(port)) continue;
    const name = (Object.keys(PORT_OFFSETS) as PortName[]).find(
      (key) => context.settings.ports[key] === port,
    );
    const remedy = name ? `set ${portVariable(name)} or NAAP_PORT_BASE` : 'set NAAP_PORT_BASE';
    throw new Error(`port ${port} of ${part.title} is taken by another program: stop that, or ${remedy}`);
  }
}

/** A process that was killed a moment ago may still hold its port. */
async function becomesFree(port: number): Promise<boolean> {
  const deadline = Date.now() + PORT_RELEASE_MS;
  while (await isPortTaken(port)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

async function waitUntilReady(
  context: PlatformContext,
  part: PlatformPart,
  signal?: AbortSignal,
): Promise<void> {
  const { runDir } = context.settings;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await part.isReady(context))) {
    signal?.throwIfAborted();
    if (!findProcess(runDir, part.name))
      throw new Error(failure(`${part.title} ended while starting`, runDir, part));
    if (Date.now() > deadline) {
      throw new Error(
        failure(`${part.title} did not answer within ${READY_TIMEOUT_MS / 1000} s`, runDir, part),
      );
    }
    await sleep(POLL_MS);
  }
}

function failure(what: string, runDir: string, part: PlatformPart): string {
  const log = tailLog(runDir, part.name, SHOWN_LOG_LINES);
  return `${what}. The end of its log (${logFile(runDir, part.name)}):\n${log}`;
}
