import type { PartName, PlatformPart, PlatformStart } from '../lab';
import { seconds } from './units';

/** Shows how the parts of a platform come up, and waits for them. */
export class StartDisplay {
  private readonly texts = new Map<PartName, (text: string) => void>();

  /** To be given to the start as its `onProgress`. */
  readonly onProgress = (part: PartName, text: string): void => this.texts.get(part)?.(text);

  /** Resolves when all of `names` answer; throws one error with every failure. */
  async waitFor(start: PlatformStart, names: readonly PartName[]): Promise<void> {
    const { Listr } = await import('listr2');
    const started = Date.now();
    const parts = start.parts.filter((part) => names.includes(part.name));
    const failures: string[] = [];
    const tasks = parts.map((part) => ({
      title: part.title,
      task: async (_context: unknown, task: { title: string; output: string }): Promise<void> => {
        this.texts.set(part.name, (text) => (task.output = text));
        try {
          await start.ready(part.name);
        } catch (error) {
          failures.push(messageOf(part, error));
          throw new Error('see below');
        }
        task.title = `${part.title} ${start.started.has(part.name) ? 'ready' : 'was up'} (${seconds(Date.now() - started)})`;
      },
    }));
    await new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      fallbackRenderer: 'simple',
      rendererOptions: { showErrorMessage: false },
    }).run();
    if (failures.length > 0) throw new Error(failures.join('\n'));
  }
}

function messageOf(part: PlatformPart, error: unknown): string {
  return `${part.title}: ${error instanceof Error ? error.message : String(error)}`;
}
