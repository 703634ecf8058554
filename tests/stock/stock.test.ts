import { declaredFor } from '../sql/declared';
import { awaitGold, expectedGold, knowsNetwork, recentFixture, snapshotsFirst } from '../e2e/play-fixture';
import type { TrafficRecord } from '../../lab/traffic';
import { GATEWAY_TOPIC } from '../../lab/traffic/player';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { applyPipeline, kafkaOf } from './apply';
import { startStockServers, stockMissing } from './servers';
import type { StockServers } from './servers';

const CAUGHT_UP_MS = 300_000;
const MOST_QUERIES = 40;

jest.setTimeout(900_000);

/**
 * The same files on servers that are not ours: stock ksqlDB, registry and broker, empty before. `STOCK_KSQLDB_URL`,
 * `STOCK_REGISTRY_URL` and `STOCK_KAFKA_BOOTSTRAP` name them (with `STOCK_KAFKA_USERNAME`, `_PASSWORD`, `_MECHANISM` where the
 * brokers ask for a login); without these, containers of the stock images, where Docker is to be had.
 */
const reason = stockMissing();
const title = `the pipeline on stock servers${reason ? ` (skipped: ${reason})` : ''}`;

(reason === undefined ? describe : describe.skip)(title, () => {
  let servers: StockServers;
  beforeAll(async () => {
    servers = await startStockServers();
  });
  afterAll(() => servers?.stop());

  it('takes every statement, keeps every query running, and answers the expected rows', async () => {
    const { queries } = await applyPipeline(servers);
    expect(queries).toBeLessThanOrEqual(MOST_QUERIES);
    const endpoints = { ksqldb: { url: servers.ksqldbUrl } } as PlatformEndpoints;
    const records = recentFixture(Date.now());
    const [snapshots, others] = snapshotsFirst(records);
    await send(servers, snapshots);
    await knowsNetwork(endpoints, snapshots, CAUGHT_UP_MS);
    await send(servers, others);
    const { rows, differences } = await awaitGold(
      endpoints,
      expectedGold(records, declaredFor('dev')),
      CAUGHT_UP_MS,
    );
    expect(differences.slice(0, 10)).toEqual([]);
    expect(rows).toBeGreaterThan(100);
  });
});

async function send(servers: StockServers, records: readonly TrafficRecord[]): Promise<void> {
  const producer = kafkaOf(servers).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let at = 0; at < records.length; at += 500) {
      const messages = records.slice(at, at + 500).map(({ key, value }) => ({ key, value }));
      await producer.send({ topic: GATEWAY_TOPIC, acks: -1, messages });
    }
  } finally {
    await producer.disconnect();
  }
}
