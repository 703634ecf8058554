import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lets everything else go first. */
  readonly background?: boolean;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const KEPT_LINES = 30;

/** Runs a program to its end. Rejects with its last lines when it fails. */
export function runTool(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
    });
    if (options.background && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const tail: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        tail.push(line);
        if (tail.length > KEPT_LINES) tail.shift();
        options.onLine?.(line);
      });
    }
    child.once('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}:\n${tail.join('\n')}`));
    });
  });
}
