import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startTimeOf } from './identity';
import type { ProcessIdentity } from './identity';

/** How a process is started. */
export interface LaunchSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of the starter. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Shown by status. */
  readonly version?: string;
  readonly port?: number;
}

/** What a pid file holds. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly startedAt: string;
  readonly version?: string;
  readonly port?: number;
}

const POLL_MS = 25;
const LOG_ROTATE_BYTES = 10 * 1024 * 1024;
const DEFAULT_STOP_TIMEOUT_MS = 30_000;

export function pidFile(runDir: string, name: string): string {
  return path.join(runDir, 'pids', `${name}.json`);
}

export function logFile(runDir: string, name: string): string {
  return path.join(runDir, 'logs', `${name}.log`);
}

/**
 * Starts a process that outlives this one, with its output in `logs/<name>.log` and its identity in `pids/<name>.json`.
 * Returns the record of the running process when it is up already.
 */
export async function startProcess(runDir: string, spec: LaunchSpec): Promise<ProcessRecord> {
  const running = findProcess(runDir, spec.name);
  if (running) return running;
  const pid = await spawnDetached(openLog(runDir, spec.name), spec);
  const startTime = startTimeOf(pid);
  if (!startTime) throw new Error(`${spec.name} ended at once; its log: ${logFile(runDir, spec.name)}`);
  const { name, version, port } = spec;
  const record: ProcessRecord = { name, pid, startTime, startedAt: new Date().toISOString(), version, port };
  mkdirSync(path.dirname(pidFile(runDir, name)), { recursive: true });
  writeFileSync(pidFile(runDir, name), JSON.stringify(record));
  return record;
}

/** The record of a running process; undefined when it has ended, or its number belongs to another program by now. */
export function findProcess(runDir: string, name: string): ProcessRecord | undefined {
  const record = readRecord(pidFile(runDir, name));
  return record && isRunning(record) ? record : undefined;
}

/** All processes that were started in `runDir` and not stopped, ended ones included. */
export function listProcesses(runDir: string): ProcessRecord[] {
  const folder = path.join(runDir, 'pids');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => readRecord(path.join(folder, file)) ?? []);
}

/** Asks a process to end (SIGTERM), insists after `timeoutMs` (SIGKILL), forgets it. Returns how it ended. */
export async function stopProcess(
  runDir: string,
  name: string,
  timeoutMs = DEFAULT_STOP_TIMEOUT_MS,
): Promise<'not running' | 'stopped' | 'killed'> {
  const record = findProcess(runDir, name);
  const result = record ? await terminate(record, timeoutMs) : 'not running';
  rmSync(pidFile(runDir, name), { force: true });
  return result;
}

/** The last lines of a process's log, for an error message. */
export function tailLog(runDir: string, name: string, lines: number): string {
  const file = logFile(runDir, name);
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

async function terminate(record: ProcessRecord, timeoutMs: number): Promise<'stopped' | 'killed'> {
  process.kill(record.pid, 'SIGTERM');
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!isRunning(record)) return 'stopped';
    await sleep(POLL_MS);
  }
  if (isRunning(record)) process.kill(record.pid, 'SIGKILL');
  while (isRunning(record)) await sleep(POLL_MS);
  return 'killed';
}

function spawnDetached(output: number, spec: LaunchSpec): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env },
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.once('error', (error) =>
      reject(new Error(`cannot start ${spec.name} (${spec.command}): ${error.message}`)),
    );
    child.once('spawn', () => {
      child.unref();
      resolve(child.pid!);
    });
  });
}

function openLog(runDir: string, name: string): number {
  const file = logFile(runDir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > LOG_ROTATE_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function readRecord(file: string): ProcessRecord | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    // A file cut short by a crash tells nothing: the port check finds a survivor.
    return undefined;
  }
}
