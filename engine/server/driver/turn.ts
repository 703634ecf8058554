/** The event loop is handed back after this long, so that questions are answered while a backlog is worked off. */
export const TURN_MS = 8;

/** Resolves once what waits in the event loop has gone first. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How long work has kept the event loop to itself. */
export class Turn {
  private end = performance.now() + TURN_MS;

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets what waits in the event loop go first, then begins anew. */
  async pass(): Promise<void> {
    await yieldToEventLoop();
    this.end = performance.now() + TURN_MS;
  }

  /** Carries out work that can be left between its steps. */
  async through(steps: Iterable<void>): Promise<void> {
    for (const _step of steps) if (this.isOver) await this.pass();
  }
}
