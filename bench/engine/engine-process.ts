import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ENGINE = join(__dirname, '../../dist/ksqldb-engine.js');

/** One local engine in a process of its own. */
export class EngineProcess {
  private peakMiB = 0;
  private watch: NodeJS.Timeout | undefined;

  private constructor(
    private readonly child: ChildProcess,
    /** From the start of the process until it answers, in milliseconds. */
    readonly readyMs: number,
  ) {}

  static async start(configFile: string): Promise<EngineProcess> {
    const nodeOptions = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [];
    const started = performance.now();
    const child = spawn(process.execPath, [...nodeOptions, ENGINE, '--config', configFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the engine ended with code ${code}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('ready')) resolve();
      });
    });
    const engine = new EngineProcess(child, performance.now() - started);
    engine.watch = setInterval(() => engine.residentMiB(), 100);
    return engine;
  }

  /** Memory that counts as resident, mapped files included; in MiB. Keeps the peak. */
  residentMiB(): number {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return 0;
    const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    const resident = Math.round(Number(line?.[1] ?? 0) / 1024);
    this.peakMiB = Math.max(this.peakMiB, resident);
    return resident;
  }
  get peakResidentMiB(): number {
    return this.peakMiB;
  }

  /** User and system time (clock ticks of 10 ms). */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    clearInterval(this.watch);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
