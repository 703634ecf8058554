/** The event loop is handed back after this long, so that questions are answered while a backlog is worked off. */
export const TURN_MS = 8;

/** How long work has kept the event loop to itself. */
export class Turn {
  private end = performance.now() + TURN_MS;

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets what waits in the event loop go first, then begins anew. */
  async pass(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.end = performance.now() + TURN_MS;
  }

  /** Carries out work that can be left between its steps. */
  async through(steps: Iterable<void>): Promise<void> {
    for (const _step of steps) if (this.isOver) await this.pass();
  }
}
