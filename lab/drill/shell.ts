import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** What a command ended with. */
export interface ShellResult {
  readonly code: number;
  /** Both of its outputs, as a terminal would show them. */
  readonly output: string;
  readonly ms: number;
}

/** One bash that stays, so that variables and jobs in the background go from one command to the next. */
export class Shell {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly mark = `end-${randomUUID()}`;
  private text = '';
  private onText: () => void = () => undefined;

  constructor(cwd: string, env: Readonly<Record<string, string | undefined>>) {
    // A group of its own, so that what a page left in the background ends with it.
    this.process = spawn('bash', ['--noprofile', '--norc'], { cwd, env: { ...env }, detached: true });
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      this.onText();
    });
    this.process.stdin.write('exec 2>&1\n');
  }

  /** Runs one command to its end. */
  async run(command: string, timeoutMs: number): Promise<ShellResult> {
    const began = performance.now();
    this.text = '';
    // Not from our own input, which holds the commands to come.
    this.process.stdin.write(`{ ${command}\n} </dev/null\nprintf '\\n%s %d\\n' ${this.mark} $?\n`);
    const [output, code] = await this.untilMark(command, timeoutMs);
    return { output, code, ms: performance.now() - began };
  }

  close(): void {
    try {
      process.kill(-this.process.pid!, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }

  private untilMark(command: string, timeoutMs: number): Promise<[output: string, code: number]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no end after ${timeoutMs / 1_000} s: ${command}\n${this.text}`)),
        timeoutMs,
      );
      this.onText = () => {
        const end = new RegExp(`\\n${this.mark} (\\d+)\\n$`).exec(this.text);
        if (!end) return;
        clearTimeout(timer);
        resolve([this.text.slice(0, end.index), Number(end[1])]);
      };
      this.onText();
    });
  }
}
