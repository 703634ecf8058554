import type { Kind } from './config/kinds';
import type { TargetSource } from './discovery/source';
import type { Log } from './log';
import type { LoopDeps, LoopHealth } from './loop';
import { ScrapePool } from './pool';
import type { Target } from './target';

export interface ManagerOptions {
  readonly kinds: readonly Kind[];
  readonly sources: readonly TargetSource[];
  readonly maxTargets: number;
  readonly deps: LoopDeps;
  readonly log: Log;
}
/** What is known of one source. */
export interface SourceHealth {
  readonly name: string;
  readonly targets: number;
  /** Reads that failed since the start. */
  readonly failures: number;
  /** null: the last read was good, or none was made yet. */
  readonly lastError: string | null;
  /** Whether it was ever read. */
  readonly read: boolean;
}
interface Known {
  targets: Target[];
  failures: number;
  lastError: string | null;
  read: boolean;
}

/** Keeps the pools in step with what the sources name, without a restart. */
export class ScrapeManager {
  private readonly pools: readonly ScrapePool[];
  private readonly known: readonly Known[];
  private readonly stopping = new AbortController();
  private watchers: Promise<void>[] = [];
  /** One change at a time: two sources may change together. */
  private syncing: Promise<void> = Promise.resolve();

  constructor(private readonly options: ManagerOptions) {
    this.pools = options.kinds.map((kind) => new ScrapePool(kind, options.deps));
    this.known = options.sources.map(() => ({ targets: [], failures: 0, lastError: null, read: false }));
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

  /** Reads every source and polls every target once. Throws when no source could be read. */
  async once(): Promise<{ readonly targets: number }> {
    const { sources } = this.options;
    await Promise.all(sources.map((source, index) => this.read(source, index)));
    if (!this.known.some(({ read }) => read)) throw new Error('no source of targets could be read');
    const targets = this.targets();
    await Promise.all(this.pools.map((pool) => pool.once(targets)));
    return { targets: targets.length };
  }

  targets(): Target[] {
    return [...this.byId().values()].slice(0, this.options.maxTargets);
  }

  health(): LoopHealth[] {
    return this.pools.flatMap((pool) => pool.health());
  }

  sources(): SourceHealth[] {
    return this.known.map(({ targets, ...rest }, index) => ({
      ...rest,
      name: this.options.sources[index]!.name,
      targets: targets.length,
    }));
  }

  /** The first source that names an id wins, so a discovered target never replaces a configured one listed before it. */
  private byId(): Map<string, Target> {
    const byId = new Map<string, Target>();
    for (const target of this.known.flatMap(({ targets }) => targets))
      if (!byId.has(target.id)) byId.set(target.id, target);
    return byId;
  }

  private async watch(source: TargetSource, index: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (await this.read(source, index)) await this.sync();
      await this.options.deps.clock.sleep(source.refreshMs, signal);
    }
  }

  /** Whether the source names other targets than before. */
  private async read(source: TargetSource, index: number): Promise<boolean> {
    const known = this.known[index]!;
    try {
      const targets = await source.read();
      if (known.lastError !== null) this.options.log('info', `${source.name}: read again`);
      known.lastError = null;
      const changed = !known.read || targets !== known.targets;
      Object.assign(known, { targets, read: true });
      return changed;
    } catch (error) {
      const { message } = error as Error;
      known.failures += 1;
      if (message !== known.lastError)
        this.options.log('warn', `${source.name}: ${message}; the last good list stays in force`);
      known.lastError = message;
      return false;
    }
  }

  private sync(): Promise<void> {
    this.syncing = this.syncing.then(async () => {
      const targets = this.targets();
      await Promise.all(this.pools.map((pool) => pool.sync(targets)));
      this.options.log('info', `${targets.length} targets, ${this.health().length} loops`);
      const left = this.byId().size - targets.length;
      if (left > 0) this.options.log('warn', `${left} targets are left out: limits.targets is ${this.options.maxTargets}`); // prettier-ignore
    });
    return this.syncing;
  }
}
