import { KsqlClient } from './client';
import { EngineProcess } from './engine-process';
import { DECLARE, keyOf, ROLLUP } from './events';
import type { Setting } from './setting';
import { percentile, report, sleep } from './setting';

const STATEMENTS = 50;

/** Empty start; 50 statements applied; and from the start of the process to the first answer when all that is brought back. */
export async function measureStart(setting: Setting, keys: number, runs: number): Promise<void> {
  const client = new KsqlClient(setting.url);
  let engine = await EngineProcess.start(setting.engineConfig);
  const empty = [engine.readyMs];
  for (let run = 1; run < runs; run++) {
    await engine.stop('SIGTERM');
    engine = await EngineProcess.start(setting.engineConfig);
    empty.push(engine.readyMs);
  }
  report(
    'empty start to ready',
    `p50 ${percentile(empty, 0.5)} ms, longest ${percentile(empty, 1)} ms (${runs} runs)`,
  );
  try {
    await applyStatements(client, setting.topic);
    while ((await client.lag('RESULT')) !== 0) await sleep(50);
    const restored: number[] = [];
    for (let run = 0; run < runs; run++) {
      await engine.stop('SIGTERM');
      const started = performance.now();
      engine = await EngineProcess.start(setting.engineConfig);
      const rows = await client.countRows(`SELECT n FROM result WHERE orch = '${keyOf(run % keys)}';`);
      if (rows === 0) throw new Error('the restored table lacks a key');
      restored.push(performance.now() - started);
    }
    report(
      `start to first pull answer, ${STATEMENTS} statements`,
      `p50 ${percentile(restored, 0.5)} ms, longest ${percentile(restored, 1)} ms (${runs} runs)`,
    );
  } finally {
    client.close();
    await engine.stop();
  }
}

/** The declaration, the rollup, then streams and queries of all kinds that read the same topic. */
async function applyStatements(client: KsqlClient, topic: string): Promise<void> {
  const statements = [DECLARE, ROLLUP];
  for (let i = 0; statements.length < STATEMENTS; i++) {
    statements.push(
      DECLARE.replace('events', `events_${i}`),
      `CREATE STREAM hot_${i} WITH (KAFKA_TOPIC='{topic}_hot_${i}') AS SELECT orch, temp, power FROM events_${i} WHERE temp > ${80 + (i % 10)};`,
      `CREATE TABLE hot_count_${i} WITH (KAFKA_TOPIC='{topic}_hot_count_${i}') AS SELECT orch, COUNT(*) AS n FROM hot_${i} GROUP BY orch;`,
    );
  }
  const started = performance.now();
  for (const statement of statements.slice(0, STATEMENTS))
    await client.statements(statement.replaceAll('{topic}', topic));
  report(`${STATEMENTS} statements applied`, `${Math.round(performance.now() - started)} ms`);
}
