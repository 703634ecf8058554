import type { InstallName, InstallRun, PartName, PlatformPart, PlatformStart } from '../lab';
import { seconds } from './units';

const MS_PER_SECOND = 1000;
/** How often progress is printed where it cannot be overwritten. */
const PLAIN_INTERVAL_MS = 15_000;

/** Something else to do beside the parts; resolves to the title that it ends with. */
export interface Work {
  readonly title: string;
  readonly run: (show: (text: string) => void) => Promise<string>;
}

/** The part of a listr2 task that is used here. */
interface Shown {
  title: string;
  output: string;
}
interface Task {
  readonly title: string;
  readonly task: (context: unknown, shown: Shown) => Promise<void>;
}

/** Shows how the parts of a platform are installed and come up, and waits for them. */
export class StartDisplay {
  private readonly texts = new Map<InstallName, (text: string) => void>();

  /** To be given to the start as its `onInstall`. */
  readonly onInstall = (name: InstallName, text: string): void => this.texts.get(name)?.(text);

  /**
   * Resolves when all of `names`, what they are made of, and the further work are done; throws one error with every
   * failure.
   */
  async waitFor(
    start: PlatformStart,
    names: readonly PartName[],
    further: readonly Work[] = [],
  ): Promise<void> {
    const failures: string[] = [];
    const began = Date.now();
    const parts = start.parts.filter((part) => names.includes(part.name));
    const wanted = new Set(parts.flatMap((part) => part.installs));
    const installs = start.installs.filter(({ part }) => wanted.has(part.name));
    const tasks = [
      ...installs.map((run) => this.installTask(run, failures)),
      ...parts.map((part) => startTask(start, part, began, failures)),
      ...further.map((work) => workTask(work, failures)),
    ];
    await runTasks(tasks);
    if (failures.length > 0) throw new Error(failures.join('\n'));
  }

  private installTask({ part, done }: InstallRun, failures: string[]): Task {
    const what = `${part.title} ${part.version} (${part.sizeMiB} MiB)`;
    return {
      title: `Installing ${what}`,
      task: async (_context, task): Promise<void> => {
        const began = Date.now();
        this.texts.set(
          part.name,
          throttled((text) => (task.output = text)),
        );
        await orReport(done, part.title, failures);
        task.title = `Installed ${what} in ${seconds(Date.now() - began)}`;
      },
    };
  }
}

function workTask({ title, run }: Work, failures: string[]): Task {
  return {
    title,
    task: async (_context, task): Promise<void> => {
      const show = throttled((text) => (task.output = text));
      task.title = await orReport(run(show), title, failures);
    },
  };
}

function startTask(start: PlatformStart, part: PlatformPart, began: number, failures: string[]): Task {
  return {
    title: part.title,
    task: async (_context, task): Promise<void> => {
      await orReport(start.ready(part.name), part.title, failures);
      const how = start.started.has(part.name) ? 'ready' : 'was up';
      task.title = `${part.title} ${how} (${seconds(Date.now() - began)})`;
    },
  };
}

async function runTasks(tasks: Task[]): Promise<void> {
  const { Listr } = await import('listr2');
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    fallbackRenderer: 'simple',
    rendererOptions: { showErrorMessage: false },
    // Ctrl-C is the command's own business: it stops what was started.
    registerSignalListeners: false,
  });
  await list.run();
}

/** Waits; a failure goes to `failures` in full and to the display in short. */
async function orReport<T>(done: Promise<T>, title: string, failures: string[]): Promise<T> {
  try {
    return await done;
  } catch (error) {
    failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    throw new Error('see below');
  }
}

/** On a terminal every change is shown; elsewhere one in a while. */
function throttled(show: (text: string) => void): (text: string) => void {
  let shownAt = 0;
  return (text) => {
    const interval = process.stdout.isTTY ? MS_PER_SECOND / 10 : PLAIN_INTERVAL_MS;
    if (Date.now() - shownAt < interval) return;
    shownAt = Date.now();
    show(text);
  };
}
