import type { AddressInfo } from 'node:net';
import type { BufferedProducer } from '../buffered-producer';
import type { ScrapeEvent } from '../event';
import { createStatusServer, listen } from './http-server';
import { Metrics } from './metrics';

const amounts = (records: number) => ({ low: { records, bytes: 10 * records }, normal: { records: 0, bytes: 0 }, high: { records: 0, bytes: 0 } }); // prettier-ignore
const producer = {
  counts: () => ({ held: amounts(3), dropped: amounts(7), writable: true, sent: 5, resent: 1, rejected: 0, failedRequests: 1, connected: false }), // prettier-ignore
} as BufferedProducer;
const reasons: string[] = [];
const metrics = new Metrics();
metrics.watchProducer(producer);
const server = createStatusServer({ metrics: metrics.registry, notReady: () => reasons, details: () => ({ targets: [] }) }); // prettier-ignore
let url = '';
beforeAll(async () => {
  await listen(server, '127.0.0.1', 0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => (server.closeAllConnections(), server.close()));
const get = async (path: string): Promise<[number, string]> => {
  const response = await fetch(`${url}${path}`);
  return [response.status, await response.text()];
};

describe('status server', () => {
  test('is healthy while it answers, and ready when nothing speaks against it', async () => {
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz?x=1')).toEqual([200, 'ok\n']);
    reasons.push('the buffer cannot be written');
    expect(await get('/readyz')).toEqual([503, 'the buffer cannot be written\n']);
    expect((await get('/healthz'))[0]).toBe(200);
  });

  test('shows what was measured and what is held', async () => {
    const event = { event_type: 'hardware_stats', outcome: 'failure', error_kind: 'timeout', duration_ms: 400, schedule_delay_ms: 3 } as ScrapeEvent; // prettier-ignore
    metrics.seen(event);
    const [status, text] = await get('/metrics');
    expect(status).toBe(200);
    for (const line of [
      'naap_scraper_events_total{kind="hardware_stats",outcome="failure",error_kind="timeout"} 1',
      'naap_scraper_schedule_delay_seconds_bucket{le="0.005"} 1',
      'naap_scraper_poll_duration_seconds_count{kind="hardware_stats"} 1',
      'naap_scraper_buffer_records{worth="low"} 3',
      'naap_scraper_buffer_bytes{worth="low"} 30',
      'naap_scraper_buffer_dropped{worth="low"} 7',
      'naap_scraper_buffer_writable 1',
      'naap_scraper_broker_connected 0',
      'naap_scraper_records_resent 1',
    ])
      expect(text).toContain(line);
  });

  test('has nothing else, whatever the path is called', async () => {
    for (const path of ['/', '/toString', '/__proto__', '/metrics/']) expect((await get(path))[0]).toBe(404);
    expect(JSON.parse((await get('/targets'))[1])).toEqual({ targets: [] });
  });
});
