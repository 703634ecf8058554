import type { Kind } from './config/kinds';
import type { LoopDeps, LoopHealth } from './loop';
import { ScrapeLoop } from './loop';
import { sameTarget } from './target';
import type { Target } from './target';

/** The loops of one kind: one a target of its role. */
export class ScrapePool {
  private readonly loops = new Map<string, ScrapeLoop>();

  constructor(
    readonly kind: Kind,
    private readonly deps: LoopDeps,
  ) {}

  /** Starts loops for new targets, stops those of targets that are gone or changed, leaves the others alone. */
  async sync(targets: readonly Target[]): Promise<void> {
    const wanted = new Map(this.ofRole(targets).map((target) => [target.id, target]));
    const stale = [...this.loops].filter(([id, loop]) => {
      const target = wanted.get(id);
      return target === undefined || !sameTarget(target, loop.target);
    });
    stale.forEach(([id]) => this.loops.delete(id));
    await Promise.all(stale.map(([, loop]) => loop.stop()));
    for (const [id, target] of wanted) if (!this.loops.has(id)) this.add(id, target);
  }

  /** Polls every target once, without loops. */
  async once(targets: readonly Target[]): Promise<void> {
    const loops = this.ofRole(targets).map((target) => new ScrapeLoop(target, this.kind, this.deps));
    await Promise.all(loops.map((loop) => loop.pollOnce()));
  }

  async stop(): Promise<void> {
    await this.sync([]);
  }

  health(): LoopHealth[] {
    return [...this.loops.values()].map((loop) => loop.health());
  }

  private ofRole(targets: readonly Target[]): Target[] {
    return targets.filter(({ role }) => role === this.kind.role);
  }

  private add(id: string, target: Target): void {
    const loop = new ScrapeLoop(target, this.kind, this.deps);
    this.loops.set(id, loop);
    loop.start();
  }
}
