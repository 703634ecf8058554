import type { KafkaBroker } from '../../engine/server/broker/kafka-broker';
import type { KsqlClient } from './client';
import { keyOf } from './events';
import type { Encode } from './events';
import { percentile, report, sleep } from './setting';

const GIVE_UP_MS = 5000;

/** One event after the other with a key of its own: from before the write to the first pull query that has it. */
export async function measureEventToPull(
  client: KsqlClient,
  broker: KafkaBroker,
  topic: string,
  encode: Encode,
  events: number,
): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < events; i++) {
    const key = `latency-${i}`.padEnd(40, '-');
    const now = Date.now();
    const { value } = encode(i, now, key);
    const started = performance.now();
    await broker.append([{ topic, timestamp: now, key: Buffer.from(key), value }]);
    const sql = `SELECT n FROM result WHERE orch = '${key}';`;
    while ((await client.countRows(sql)) === 0)
      if (performance.now() - started > GIVE_UP_MS)
        throw new Error(`event ${i} is not in the table after ${GIVE_UP_MS} ms`);
    times.push(performance.now() - started);
    await sleep(5);
  }
  report(
    'event to pull query',
    `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms (${events} events)`,
  );
}

/** Pull queries by key, one after the other; meanwhile so many events a second come in. */
export async function measurePull(
  client: KsqlClient,
  broker: KafkaBroker,
  topic: string,
  encode: Encode,
  { rate, queries, keys }: { readonly rate: number; readonly queries: number; readonly keys: number },
): Promise<void> {
  const load = startLoad(broker, topic, encode, rate);
  await sleep(rate > 0 ? 2000 : 0);
  const times: number[] = [];
  for (let i = 0; i < queries; i++) {
    const started = performance.now();
    await client.countRows(`SELECT n FROM result WHERE orch = '${keyOf((i * 7919) % keys)}';`);
    times.push(performance.now() - started);
    if (rate > 0) await sleep(3);
  }
  const written = await load.stop();
  report(
    rate > 0 ? `pull by key, ${Math.round(written)} events/s beside it` : 'pull by key',
    `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms (${queries} queries)`,
  );
}

/** Writes events in steps of 10 ms; `stop` gives how many a second it were. */
function startLoad(broker: KafkaBroker, topic: string, encode: Encode, rate: number) {
  let stopped = rate === 0;
  let sent = 0;
  const started = performance.now();
  const run = async () => {
    while (!stopped) {
      const due = Math.floor(((performance.now() - started) / 1000) * rate) - sent;
      const now = Date.now();
      const records = Array.from({ length: due }, (_, i) => {
        const { key, value } = encode(sent + i, now);
        return { topic, timestamp: now, key: Buffer.from(key), value };
      });
      if (due > 0) await broker.append(records);
      sent += due;
      await sleep(10);
    }
  };
  const running = run();
  return {
    async stop(): Promise<number> {
      stopped = true;
      await running;
      return (sent / (performance.now() - started)) * 1000;
    },
  };
}
