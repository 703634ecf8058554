import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process that cannot be confused with a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the kernel started it: an opaque text that is equal for the same process only. */
  readonly startTime: string;
}

const BYTES_PER_KIB = 1024;
// Fields of /proc/<pid>/stat after the command name, which may hold spaces itself: proc(5).
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

/** The start time of a running process; undefined when it has ended or is a zombie. */
export function startTimeOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Resident memory in bytes; undefined when the process has ended. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kib = existsSync('/proc/self/status')
      ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return kib ? Number(kib) * BYTES_PER_KIB : undefined;
  } catch {
    return undefined;
  }
}

function startTimeFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // The start time counts from boot: the boot id keeps a record of before a reboot from matching.
    return fields[STATE_FIELD] === 'Z' ? undefined : `${bootId()}:${fields[START_TIME_FIELD]}`;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const [state = '', ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') || start.length === 0 ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}
