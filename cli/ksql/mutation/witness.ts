import { generateTraffic, trafficOptions } from '../../../lab/traffic';
import type { CompiledQuery } from '../../../engine/testing/case-world';
import type { TopicRecord } from '../../../engine/runtime/contracts';
import type { PlannedQuery, PlannedSql } from '../planned-sql';
import { Pipeline } from '../virtual-pipeline';
import { sourcesOf } from './reach';
import type { Reach } from './reach';

const GATEWAY_TOPIC = 'telemetry.gateway.v1';
/** Noon, so that windows lie within one day. */
const START_MS = Date.UTC(2026, 0, 8, 12);
const TRAFFIC = { seed: 11, startMs: START_MS, durationMs: 150_000, eventsPerSecond: 1.5 };

/** What the tests under `tests/sql` compare with the second calculation, row by row. */
const COMPARED = [
  'silver.session.v1', 'gold.benchmark_percentile.v1', 'gold.service_1m.v1', 'gold.sla_1m.v1', 'gold.cue_1m.v1',
  'telemetry.demand.v1', 'gold.source_freshness_1m.v1', 'gold.service_rollup_5s.v1', 'gold.service_rollup_1m.v1',
  'gold.service_rollup_10m.v1', 'gold.service_rollup_1h.v1', 'telemetry.dlq.v1', 'alerts.alert.v1',
]; // prettier-ignore

/**
 * Generated traffic, of which the tests in `tests/sql` show that the SQL answers it as a second calculation does: a broken rule that changes
 * a row of what they compare is noticed there. Only what lies behind the broken file runs, on what the others wrote in an unbroken run.
 */
export class Witness {
  private readonly answers = new Map<string, Promise<string>>();

  private constructor(
    private readonly planned: PlannedSql,
    private readonly reach: Reach,
    private readonly written: readonly TopicRecord[],
  ) {}

  static async of(planned: PlannedSql, reach: Reach): Promise<Witness> {
    const pipeline = await Pipeline.run(planned.world, planned.queries.map(({ query }) => query)); // prettier-ignore
    const topics = new Set([GATEWAY_TOPIC, ...planned.queries.flatMap((query) => reach.sinkOf(query) ?? [])]);
    const written: TopicRecord[] = [];
    const seen = new Map<string, number>();
    for (const record of generateTraffic(trafficOptions(TRAFFIC))) {
      await pipeline.sendGateway({ at: record.at, value: record.value.toString() });
      for (const topic of topics) {
        const all = pipeline.raw(topic);
        written.push(...all.slice(seen.get(topic) ?? 0));
        seen.set(topic, all.length);
      }
    }
    return new Witness(planned, reach, written);
  }

  /** Whether a compared row is another with these queries in place of their own. */
  async notices(file: string, replaced: ReadonlyMap<PlannedQuery, CompiledQuery>): Promise<boolean> {
    let expected = this.answers.get(file);
    if (!expected) this.answers.set(file, (expected = this.answer(file, new Map())));
    const before = await expected;
    try {
      return (await this.answer(file, replaced)) !== before;
    } catch {
      return true;
    }
  }

  private async answer(file: string, replaced: ReadonlyMap<PlannedQuery, CompiledQuery>): Promise<string> {
    const behind = this.reach.behind(file);
    const own = new Set(behind.map((query) => this.reach.sinkOf(query)));
    const needed = new Set(behind.flatMap(sourcesOf).filter((topic) => !own.has(topic)));
    const pipeline = await Pipeline.run(
      this.planned.world,
      behind.map((query) => replaced.get(query) ?? query.query),
    );
    for (const record of this.written) if (needed.has(record.topic)) await pipeline.resend(record);
    const rows = COMPARED.filter((topic) => own.has(topic)).map((topic) => [topic, pipeline.lastValues(topic)]);
    return JSON.stringify([rows, pipeline.log]);
  }
}
