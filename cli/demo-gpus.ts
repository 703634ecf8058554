import { pullQuery } from '../lab';
import type { QueryRows } from '../lab';
import type { PlatformEndpoints } from '../resources/endpoints';
import type { Declaration } from '../stacks/declaration';
import { withRunningVersions } from './versioned-names';

/** What the demo says of the GPUs behind the orchestrators. */
export interface GpuSummary {
  readonly gpus: number;
  readonly samples: number;
  /** Lowest and highest health score, 0 to 100; undefined while no temperature was read. */
  readonly health?: readonly [lowest: number, highest: number];
  readonly alertsRaised: number;
  readonly alertsResolved: number;
}

/** Asks for the health of every GPU that was sampled since then, and for the alerts since then. */
export async function gpuSummary(
  { ksqldb }: Pick<PlatformEndpoints, 'ksqldb'>,
  { versions }: Pick<Declaration, 'versions'>,
  since: number,
): Promise<GpuSummary> {
  const health = `SELECT samples, score->overall_score AS overall_score FROM gpu_health WHERE last_event_time >= ${since};`;
  const alerts = `SELECT status FROM alert WHERE event_time >= ${since};`;
  return summariseGpus(
    await pullQuery(ksqldb.url, withRunningVersions(health, versions)),
    await pullQuery(ksqldb.url, withRunningVersions(alerts, versions)),
  );
}

/** `health`: samples and score of each GPU; `alerts`: the status of each alert. */
export function summariseGpus(health: QueryRows, alerts: QueryRows): GpuSummary {
  const scores = health.rows.flatMap(([, score]) => (typeof score === 'number' ? score : []));
  const told = (status: string): number => alerts.rows.filter(([it]) => it === status).length;
  return {
    gpus: health.rows.length,
    samples: health.rows.reduce((sum, [samples]) => sum + Number(samples), 0),
    ...(scores.length > 0 ? { health: [Math.min(...scores), Math.max(...scores)] as const } : {}),
    alertsRaised: told('raised'),
    alertsResolved: told('resolved'),
  };
}

/** The summary as one line. */
export function gpuLine({ gpus, samples, health, alertsRaised, alertsResolved }: GpuSummary): string {
  const range = health
    ? `health ${health.map((score) => score.toFixed(0)).join(' to ')}`
    : 'health not known yet';
  return `${gpus} GPUs, ${samples} samples, ${range}; ${alertsRaised} alerts raised, ${alertsResolved} resolved.`;
}
