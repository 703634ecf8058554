import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import type { Producer } from 'kafkajs';
import { pullQuery } from '../../lab/measure/ksqldb-client';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';

const TOPIC = 'telemetry.gateway.v1';
const ASK_EVERY_MS = 5;
const GIVE_UP_MS = 30_000;

/** How long events took to be in the answer of a pull query, ms; NaN: not within 30 s. */
export interface ProbeResult {
  /** To the session's own row: bronze, silver, one aggregation. */
  readonly sessionMs: number;
  /** To the SLA row of an orchestrator of its own: the whole chain. */
  readonly slaMs: number;
}

/** Sends a session of its own as a gateway does, and asks until it is seen. */
export class Probe {
  private constructor(
    private readonly endpoints: PlatformEndpoints,
    private readonly producer: Producer,
  ) {}

  static async connect(
    endpoints: PlatformEndpoints,
    { username, passwordFile }: Credentials,
  ): Promise<Probe> {
    const { bootstrap, caFile } = endpoints.kafka.ingest;
    const kafka = new Kafka({
      clientId: 'bench-probe',
      brokers: [...bootstrap],
      ssl: { ca: [readFileSync(caFile, 'utf8')] },
      sasl: { mechanism: 'plain', username, password: readFileSync(passwordFile, 'utf8').trim() },
      logLevel: logLevel.NOTHING,
    });
    const producer = kafka.producer();
    await producer.connect();
    return new Probe(endpoints, producer);
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }

  async once(): Promise<ProbeResult> {
    const requestId = randomUUID().slice(0, 13);
    const address = `0x${randomUUID().replaceAll('-', '')}00000000`;
    const at = Date.now();
    const traces = [
      trace(requestId, at, 'gateway_receive_stream_request', { address: '', url: '' }),
      trace(requestId, at + 1, 'gateway_send_first_ingest_segment', {
        address,
        url: 'https://probe.example:8935',
      }),
    ];
    const sent = performance.now();
    await this.producer.send({
      topic: TOPIC,
      acks: 1,
      messages: traces.map((value) => ({ key: randomUUID(), value })),
    });
    const key = `${address}|unknown|unknown|${at - (at % 60_000)}`;
    const [sessionMs, slaMs] = await Promise.all([
      this.seenAfter(sent, `SELECT requested_at FROM session_v1 WHERE request_id = '${requestId}';`),
      this.seenAfter(sent, `SELECT requested FROM sla_1m_v1 WHERE rollup_key = '${key}';`),
    ]);
    return { sessionMs, slaMs };
  }

  private async seenAfter(sent: number, sql: string): Promise<number> {
    while (performance.now() - sent < GIVE_UP_MS) {
      const { rows } = await pullQuery(this.endpoints.ksqldb.url, sql);
      if (rows.length > 0 && rows[0]![0] !== null) return performance.now() - sent;
      await sleep(ASK_EVERY_MS);
    }
    return NaN;
  }
}

function trace(
  requestId: string,
  at: number,
  type: string,
  orchestrator: { address: string; url: string },
): string {
  const data = {
    orchestrator_info: orchestrator,
    pipeline_id: '',
    request_id: requestId,
    stream_id: `stream-probe-${requestId}`,
    timestamp: at,
    type,
  };
  return JSON.stringify({
    id: randomUUID(),
    type: 'stream_trace',
    timestamp: String(at),
    gateway: 'probe',
    data,
  });
}
