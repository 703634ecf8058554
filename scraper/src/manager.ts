import type { Kind } from './config';
import type { TargetSource } from './discovery/source';
import type { Clock, LoopDeps, LoopHealth } from './loop';
import { ScrapePool } from './pool';
import type { Target } from './target';

export interface ManagerOptions {
  readonly kinds: readonly Kind[];
  readonly sources: readonly TargetSource[];
  readonly maxTargets: number;
  readonly deps: LoopDeps;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/** Keeps the pools in step with what the sources name, without a restart. */
export class ScrapeManager {
  private readonly pools: readonly ScrapePool[];
  private readonly known: Target[][];
  private readonly stopping = new AbortController();
  private watchers: Promise<void>[] = [];
  /** One change at a time: two sources may change together. */
  private syncing: Promise<void> = Promise.resolve();

  constructor(private readonly options: ManagerOptions) {
    this.pools = options.kinds.map((kind) => new ScrapePool(kind, options.deps));
    this.known = options.sources.map(() => []);
  }

  start(): void {
    this.watchers = this.options.sources.map((source, index) => this.watch(source, index));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.watchers);
    await this.syncing;
    await Promise.all(this.pools.map((pool) => pool.stop()));
  }

  targets(): Target[] {
    const byId = new Map<string, Target>();
    // The first source that names an id wins, so a discovered target never replaces a configured one listed before it.
    for (const target of this.known.flat()) if (!byId.has(target.id)) byId.set(target.id, target);
    return [...byId.values()].slice(0, this.options.maxTargets);
  }

  health(): LoopHealth[] {
    return this.pools.flatMap((pool) => pool.health());
  }

  private async watch(source: TargetSource, index: number): Promise<void> {
    const clock: Clock = this.options.deps.clock;
    while (!this.stopping.signal.aborted) {
      await this.refresh(source, index);
      await clock.sleep(source.refreshMs, this.stopping.signal);
    }
  }

  private async refresh(source: TargetSource, index: number): Promise<void> {
    try {
      const targets = await source.read();
      if (targets === this.known[index]) return;
      this.known[index] = targets;
    } catch (error) {
      this.options.log(
        'warn',
        `${source.name}: ${(error as Error).message}; the last good list stays in force`,
      );
      return;
    }
    await this.sync();
  }

  private sync(): Promise<void> {
    this.syncing = this.syncing.then(async () => {
      const targets = this.targets();
      await Promise.all(this.pools.map((pool) => pool.sync(targets)));
      this.options.log('info', `${targets.length} targets, ${this.health().length} loops`);
    });
    return this.syncing;
  }
}
