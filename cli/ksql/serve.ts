import type { RunningEngine } from '../../engine/server/bootstrap';
import { serveUntilSignal } from '../../engine/server/serve';
import type { ServeSettings } from './serve-settings';

/** Somebody sits before it: a broker that is not there should be told soon. */
const BROKER_WAIT_MS = 10_000;

/** Serves until Ctrl-C; resolves with the exit code. */
export function serve(settings: ServeSettings): Promise<number> {
  const log = (message: string): void => console.error(`${new Date().toISOString()} ${message}`);
  if (!settings.memory) console.error('Connecting to the broker …');
  return serveUntilSignal({ ...settings, brokerWaitMs: BROKER_WAIT_MS, log }, (running) =>
    console.log(greeting(running, settings)),
  );
}

function greeting({ urls, serviceId, broker }: RunningEngine, { memory }: ServeSettings): string {
  const where = memory
    ? 'Topics and schemas are in memory: nothing is kept.'
    : `Kafka cluster ${broker.clusterId}.`;
  const url = urls[0]!;
  const listing = `curl -s ${url}/ksql -d '{"ksql": "SHOW STREAMS;"}'`;
  return `Serving ksqlDB's REST API on ${urls.join(', ')} (service id ${serviceId}). ${where}\nTry: ${listing}\nCtrl-C ends it.`;
}
