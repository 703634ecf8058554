import type { Pipeline, Row } from '../../cli/ksql/virtual-pipeline';
import type { AnsweredGold } from './compare-gold';
import { topicOf } from './compare-gold';

export const TABLES = [
  'session', 'benchmark_percentile', 'service_1m', 'sla_1m', 'cue_1m', 'demand_1m', 'source_freshness_1m',
  'service_rollup_5s', 'service_rollup_1m', 'service_rollup_10m', 'service_rollup_1h',
]; // prettier-ignore

/** What a pipeline's tables hold. */
export async function answeredGold(
  pipeline: Pipeline,
  tables: readonly string[] = TABLES,
): Promise<AnsweredGold> {
  const answered: Record<string, ReadonlyMap<string, Row>> = {};
  for (const table of tables) answered[table] = withPlainKeys(await pipeline.table(topicOf(table)));
  return answered;
}

/** Windowed keys as the reference writes them. */
function withPlainKeys(rows: ReadonlyMap<string, Row>): Map<string, Row> {
  return new Map(
    [...rows].map(([key, row]) => {
      if (!key.startsWith('{')) return [key, row];
      const windowed = JSON.parse(key) as { readonly key: string; readonly windowStart: number };
      return [`${windowed.key}@${windowed.windowStart}`, row];
    }),
  );
}
