import { readFileSync } from 'node:fs';

/** What a process of Linux has used so far. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentMib: number;
  readonly peakMib: number;
}

const TICKS_A_SECOND = 100;

export function processUse(pid: number): ProcessUse {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1_024;
  // After the name, which may hold spaces: the 12th and 13th field are user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    residentMib: mib('VmRSS'),
    peakMib: mib('VmHWM'),
  };
}
