import type { KsqlClient } from './client';
import type { EngineProcess } from './engine-process';
import { DECLARE, ROLLUP } from './events';
import { count, report, sleep } from './setting';

/** From the query's start until it has committed everything that lies in its topic. */
export async function measureThroughput(
  client: KsqlClient,
  engine: EngineProcess | undefined,
  topic: string,
  events: number,
): Promise<void> {
  await client.statements(DECLARE.replaceAll('{topic}', topic));
  const started = performance.now();
  const cpuBefore = engine?.cpuSeconds() ?? 0;
  await client.statements(ROLLUP.replaceAll('{topic}', topic));
  await untilRead(client);
  const seconds = (performance.now() - started) / 1000;
  report('throughput', `${count(events / seconds)} events/s (${count(events)} in ${seconds.toFixed(2)} s)`);
  if (!engine) return;
  const cpu = engine.cpuSeconds() - cpuBefore;
  report(
    'per second of CPU',
    `${count(events / cpu)} events (${cpu.toFixed(2)} s; what a free core would do)`,
  );
  report('memory, peak', `${engine.peakResidentMiB} MiB resident, mapped files included`);
}

async function untilRead(client: KsqlClient): Promise<void> {
  while ((await client.lag('RESULT')) !== 0) await sleep(50);
}
