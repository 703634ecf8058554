import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'avsc';
import type { OutgoingRecord } from './buffered-producer';
import { createEmitter } from './emitter';
import { createEncoder } from './encoder';
import type { ScrapeEvent } from './event';

const schema = readFileSync(
  join(__dirname, '..', '..', 'schemas', 'telemetry.orchestrator_scrape.v1-value.avsc'),
  'utf8',
);
const reader = Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
  wrapUnions: false,
});
const event: ScrapeEvent = {
  event_id: 'id', scrape_time: 1_700_000_000_000, scraper_id: 'one', orchestrator_id: '0xab', target_id: 't', region: 'unknown',
  event_type: 'hardware_stats', endpoint: 'http://x/', outcome: 'success', http_status: 200, duration_ms: 5, schedule_delay_ms: 1,
  error_kind: null, error: null, payload_hash: 'h', payload_bytes: 2, payload: '{}', parsed_fields: { model_id: 'm' }, parsed_rows: [{ row: 'gpu', gpu_id: 'g' }],
}; // prettier-ignore

async function emit(events: ScrapeEvent[], maxEventBytes = 10_000) {
  const sent: { record: OutgoingRecord; worth: string; value: Record<string, unknown> }[] = [];
  const seen: string[] = [];
  const emitter = createEmitter({
    encode: createEncoder({ id: 0x01020304, schema }),
    maxEventBytes,
    send: (record, worth) => {
      sent.push({
        record,
        worth,
        value: reader.fromBuffer(record.value.subarray(5)) as Record<string, unknown>,
      });
      return Promise.resolve();
    },
    seen: ({ outcome }) => seen.push(outcome),
  });
  for (const it of events) await emitter(it);
  return { sent, seen };
}

describe('emitter', () => {
  test('writes what the declared schema says, in Confluent’s wire format, keyed by orchestrator', async () => {
    const { sent } = await emit([event]);
    const { record, value } = sent[0]!;
    expect([...record.value.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
    expect(record).toMatchObject({ key: '0xab', timestamp: event.scrape_time });
    expect({ ...value }).toEqual({ ...event, source_event_time: event.scrape_time });
  });

  test('gives up heartbeats before payloads before failures', async () => {
    const outcomes = ['heartbeat', 'success', 'failure'] as const;
    const { sent } = await emit(outcomes.map((outcome) => ({ ...event, outcome })));
    expect(sent.map(({ worth }) => worth)).toEqual(['low', 'normal', 'high']);
  });

  test('makes a failure of an event that no broker would take', async () => {
    const { sent, seen } = await emit([{ ...event, payload: JSON.stringify('x'.repeat(5_000)) }], 2_000);
    expect(sent[0]!.value).toMatchObject({
      outcome: 'failure',
      error_kind: 'too_large',
      error: expect.stringMatching(
        /^the event would have 5\d{3} bytes, limits\.event_bytes is 2000$/,
      ) as string,
      payload: null,
      parsed_rows: [],
      event_id: 'id',
    });
    expect(seen).toEqual(['failure']);
  });
});
