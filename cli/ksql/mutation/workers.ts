import { fork } from 'node:child_process';
import type { FileMutation, Outcome } from './run-mutations';

/** Asks this same program, started again with `args`, for the outcome of each mutation; several at once. */
export async function runInWorkers(
  mutations: readonly FileMutation[],
  args: readonly string[],
  jobs: number,
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  const queue = [...mutations.entries()];
  await Promise.all(Array.from({ length: Math.min(jobs, mutations.length) }, () => workOff(queue, args, onOutcome)));
}

function workOff(
  queue: [number, FileMutation][],
  args: readonly string[],
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  const child = fork(process.argv[1]!, args, { execArgv: process.execArgv });
  return new Promise((resolve, reject) => {
    let asked: number | undefined;
    const next = (): void => {
      const entry = queue.shift();
      asked = entry?.[0];
      if (entry) child.send(entry[1]);
      else child.disconnect();
    };
    child.on('message', (answer: { readonly outcome?: Outcome; readonly error?: string }) => {
      if (answer.outcome === undefined) return reject(new Error(answer.error));
      onOutcome(asked!, answer.outcome);
      next();
    });
    child.once('exit', (code) => {
      if (asked === undefined) resolve();
      else reject(new Error(`a process that ran mutations ended with ${code ?? 'a signal'}`));
    });
    next();
  });
}

/** The other side: answers until the parent goes. */
export async function serveMutations(run: (mutation: FileMutation) => Promise<Outcome>): Promise<void> {
  process.on('message', (mutation: FileMutation) => {
    run(mutation).then(
      (outcome) => process.send?.({ outcome }),
      (error: Error) => process.send?.({ error: error.stack }),
    );
  });
  await new Promise<void>((resolve) => process.once('disconnect', resolve));
}
