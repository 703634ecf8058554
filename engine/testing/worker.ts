import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { TestFileError } from './test-file-error';
import type { CaseResult } from './test-case';

/** A process that runs one file after the other. */
export interface WorkerProcess {
  run(path: string): Promise<readonly CaseResult[]>;
  stop(): void;
}

interface Answer {
  readonly results?: readonly CaseResult[];
  readonly error?: { readonly message: string; readonly isFileError: boolean };
}

/** Starts this same program again with `args`, which must make it call {@link serveParent}. */
export function startWorker(args: readonly string[]): WorkerProcess {
  const child = fork(process.argv[1]!, args, { execArgv: process.execArgv });
  return {
    run: (path) => ask(child, path),
    stop: () => void child.kill(),
  };
}

function ask(child: ChildProcess, path: string): Promise<readonly CaseResult[]> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`${path}: the process that ran it ended with ${code ?? 'a signal'}`));
    child.once('exit', onExit);
    child.once('message', ({ results, error }: Answer) => {
      child.off('exit', onExit);
      if (results) return resolve(results);
      reject(error?.isFileError ? new TestFileError(error.message) : new Error(error?.message));
    });
    child.send(path);
  });
}

/** The other side: runs the files that the parent sends, until the parent goes. */
export async function serveParent(runFile: (path: string) => Promise<readonly CaseResult[]>): Promise<void> {
  const answer = (message: Answer): void => void process.send?.(message);
  process.on('message', (path: string) => {
    runFile(path).then(
      (results) => answer({ results }),
      (error: Error) =>
        answer({ error: { message: error.message, isFileError: error instanceof TestFileError } }),
    );
  });
  await new Promise<void>((resolve) => process.once('disconnect', resolve));
}
