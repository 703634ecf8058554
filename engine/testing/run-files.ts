import type { CaseResult } from './test-case';
import type { WorkerProcess } from './worker';

/** How the files of a run are worked off. */
export interface FileRunner {
  /** Runs every case of one file. @throws TestFileError the file is no test file */
  runFile(path: string): Promise<readonly CaseResult[]>;
  /** Another process that does the same; absent: all files run here. */
  startWorker?(): WorkerProcess;
  /** How many processes may run at once. */
  readonly jobs: number;
}

/** Runs files, several at once where that helps, and hands over the results in the order of the files. */
export async function runFiles(
  paths: readonly string[],
  runner: FileRunner,
  onResults: (results: readonly CaseResult[]) => void,
): Promise<void> {
  const jobs = Math.min(runner.jobs, paths.length);
  const inOrder = new InOrder(onResults);
  if (jobs <= 1 || !runner.startWorker) {
    for (const [i, path] of paths.entries()) inOrder.add(i, await runner.runFile(path));
    return;
  }
  const queue = [...paths.entries()];
  // This process works too: one worker fewer needs to be started.
  const work = async (run: (path: string) => Promise<readonly CaseResult[]>): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) inOrder.add(next[0], await run(next[1]));
  };
  const workers = Array.from({ length: jobs - 1 }, () => runner.startWorker!());
  try {
    await Promise.all([
      work((path) => runner.runFile(path)),
      ...workers.map((worker) => work((path) => worker.run(path))),
    ]);
  } finally {
    for (const worker of workers) worker.stop();
  }
}

/** Holds back what comes before its turn. */
class InOrder {
  private next = 0;
  private readonly waiting = new Map<number, readonly CaseResult[]>();
  constructor(private readonly onResults: (results: readonly CaseResult[]) => void) {}

  add(index: number, results: readonly CaseResult[]): void {
    this.waiting.set(index, results);
    for (let ready = this.waiting.get(this.next); ready; ready = this.waiting.get(this.next)) {
      this.waiting.delete(this.next++);
      this.onResults(ready);
    }
  }
}
