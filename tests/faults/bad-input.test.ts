import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Kafka } from 'kafkajs';
import {
  countRecords,
  gatewayCounts,
  imbalance,
  lakeCounts,
  lakeImbalance,
  pullQuery,
  runLayout,
  settle,
} from '../../lab';
import { GATEWAY_TOPIC, playTraffic } from '../../lab/traffic';
import type { TrafficRecord } from '../../lab/traffic';
import { awaitGold, expectedGold, knowsNetwork, recentFixture, snapshotsFirst } from '../e2e/play-fixture';
import { judge } from '../reference/judge';
import { ingestClient, scramClient } from '../support/kafka';
import { NO_ENVELOPES, wrongFields } from './bad-events';
import { LAKE_BUCKET, startDeclaredPlatform } from './declared-platform';
import type { DeclaredPlatform } from './declared-platform';

jest.setTimeout(120_000);

const SCRAPE_TOPIC = 'telemetry.orchestrator_scrape.v1';
/** `maxMessageBytes` of the stack `dev` is 1 MiB. */
const LARGEST_BYTES = 1_000_000;
const TOO_LARGE_BYTES = 1_100_000;
const DRAINED = { timeoutMs: 90_000, pollMs: 1_000 };

/** Bad records among good ones: each ends where it should, with a reason, and the good ones are answered. */
describe('bad input', () => {
  let platform: DeclaredPlatform;
  /** Everything with a value that the broker has acknowledged. */
  const sent: TrafficRecord[] = [];
  /** Records without a value: they hold no event. */
  let emptyRecords = 0;

  beforeAll(async () => {
    platform = await startDeclaredPlatform({ slot: 6 });
  }, 180_000);
  afterAll(() => platform?.stop(), 60_000);

  const secret = (file: string): string =>
    readFileSync(path.join(runLayout(platform.settings.runDir).secrets, file), 'utf8').trim();
  const gateway = (): Kafka => ingestClient(platform.endpoints, 'gateway-1', secret('plain-gateway-1'));
  const scraper = (): Kafka => scramClient(platform.endpoints, 'scraper', secret('kafka-scraper'));

  async function countIn(topic: string): Promise<{ readonly records: number; readonly values: number }> {
    return (await countRecords(platform.endpoints, [topic])).get(topic)!;
  }

  async function produce(
    client: Kafka,
    topic: string,
    value: Buffer | string | null,
    key?: string,
  ): Promise<void> {
    const producer = client.producer();
    try {
      await producer.connect();
      await producer.send({ topic, messages: [{ key, value }] });
    } finally {
      await producer.disconnect();
    }
  }

  async function refused(client: Kafka, topic: string, value: string, error: RegExp): Promise<void> {
    const before = await countIn(topic);
    await expect(produce(client, topic, value)).rejects.toThrow(error);
    expect(await countIn(topic)).toEqual(before);
  }

  describe('that the broker refuses, at the producer and with nothing written', () => {
    test('a message above the limit', async () => {
      await refused(
        gateway(),
        GATEWAY_TOPIC,
        'x'.repeat(TOO_LARGE_BYTES),
        /larger than the max message size/,
      );
    });

    test('a message of an identity that may write, but not there', async () => {
      await refused(scraper(), GATEWAY_TOPIC, '{}', /not authorized/i);
      await refused(gateway(), SCRAPE_TOPIC, '{}', /not authorized/i);
    });

    test('a wrong password, and a gateway that nobody declared', async () => {
      for (const client of [
        ingestClient(platform.endpoints, 'gateway-1', 'wrong'),
        ingestClient(platform.endpoints, 'gateway-99', secret('plain-gateway-1')),
        scramClient(platform.endpoints, 'scraper', 'wrong'),
      ])
        await refused(client, GATEWAY_TOPIC, '{}', /authentication/i);
    });
  });

  describe('that is taken, among good events', () => {
    test('is acknowledged', async () => {
      const [snapshots, others] = snapshotsFirst(mixed());
      for (const records of [snapshots, others]) {
        const options = { records, gateways: platform.gateways, pace: 'unlimited' } as const;
        const { done } = playTraffic(platform.endpoints, options);
        expect(await done).toMatchObject({ sent: records.length, failed: {} });
        sent.push(...records);
        await knowsNetwork(platform.endpoints, recentFixture(Date.now()), DRAINED.timeoutMs);
      }
      await produce(gateway(), GATEWAY_TOPIC, null, 'a-key-without-a-value');
      emptyRecords++;
    });

    test('changes no row but those that its own fields make', async () => {
      const expected = expectedGold(sent, platform.declared);
      const { rows, differences } = await awaitGold(platform.endpoints, expected, DRAINED.timeoutMs);
      expect(differences.slice(0, 10)).toEqual([]);
      expect(rows).toBeGreaterThan(1_000);
    });

    test('is dead-lettered with its reason, its place, and as it came', async () => {
      const { columns, rows } = await pullQuery(
        platform.endpoints.ksqldb.url,
        'SELECT PAYLOAD, ERROR, ORIGINAL_TOPIC, ORIGINAL_PARTITION, ORIGINAL_OFFSET FROM gateway_dlq;',
      );
      expect(columns).toHaveLength(5);
      const found = rows.map(([payload, error]) => `${String(error).split(':')[0]} ${String(payload)}`);
      expect(found.sort()).toEqual(expectedDeadLetters().sort());
      expect(rows.filter(([, error]) => !/^[a-z_]+: .{10,}/.test(String(error)))).toEqual([]);
      const places = rows.map(
        ([, , topic, partition, offset]) => `${String(topic)} ${String(partition)} ${String(offset)}`,
      );
      expect(new Set(places).size).toBe(rows.length);
      expect(places.filter((place) => !place.startsWith(`${GATEWAY_TOPIC} `))).toEqual([]);
    });

    test('is kept apart when its family is outside the contract', async () => {
      const { rows } = await pullQuery(
        platform.endpoints.ksqldb.url,
        "SELECT FAMILY FROM gateway_ignored WHERE FAMILY = 'of_another_network';",
      );
      expect(rows).toEqual([['of_another_network']]);
    });

    test('is counted, each record once', async () => {
      const { value, problem } = await settle(
        () => gatewayCounts(platform.endpoints, platform.declaration),
        (counts) => imbalance(sent.length + emptyRecords, counts),
        DRAINED,
      );
      expect({ ...value, problem }).toMatchObject({
        problem: undefined,
        received: sent.length + emptyRecords,
      });
    });

    test('lies in the lake as it came', async () => {
      const { endpoints, declaration } = platform;
      const counted = (): ReturnType<typeof lakeCounts> =>
        lakeCounts(endpoints, LAKE_BUCKET, declaration.connectors);
      const { value, problem } = await settle(counted, lakeImbalance, DRAINED);
      expect(problem).toBeUndefined();
      const rows = sent.length + emptyRecords;
      expect(value).toContainEqual({ table: 'telemetry.gateway', records: rows, deadLettered: 0, rows });
    });
  });

  test('a scrape that is no Avro goes to the dead letters of its sink, and nothing stops', async () => {
    const dead = 'dlq.raw-orchestrator-scrape.v1';
    await produce(scraper(), SCRAPE_TOPIC, 'no Avro', 'orchestrator-1');
    const { value, problem } = await settle(
      () => countIn(dead),
      ({ records }) => (records === 1 ? undefined : `${records} dead letters`),
      DRAINED,
    );
    expect({ value, problem }).toMatchObject({ problem: undefined });
    // Compares every connector, task and query with what is declared: one that had stopped would be a change.
    const { kinds } = await platform.up();
    // Sinks of curated tables read none of it.
    const changes = kinds.flatMap((kind) => kind.changes).filter((text) => !text.includes('"curated-'));
    expect(changes).toEqual([]);
  });

  /** The committed traffic with bad records strewn in evenly. */
  function mixed(): TrafficRecord[] {
    const good = recentFixture(Date.now());
    const bad = [...wrongFields(validOf(good)), ...strangers(), ...noEnvelopes(), largest(good)];
    const every = Math.floor(good.length / bad.length);
    return good.flatMap((record, index) => {
      const stranger = index % every === 0 ? bad[index / every] : undefined;
      return stranger ? [record, { ...record, ...stranger }] : [record];
    });
  }

  type BadRecord = Pick<TrafficRecord, 'key' | 'value'>;

  function noEnvelopes(): BadRecord[] {
    return NO_ENVELOPES.map(([name, value]) => ({ key: Buffer.from(name), value }));
  }

  function strangers(): BadRecord[] {
    const value = JSON.stringify({
      id: 'stranger',
      type: 'of_another_network',
      timestamp: 'whenever',
      data: 7,
    });
    return [{ key: Buffer.from('stranger'), value: Buffer.from(value) }];
  }

  /** A valid event that is nearly as large as the broker takes them. */
  function largest(good: readonly TrafficRecord[]): BadRecord {
    const event = JSON.parse(validOf(good).at(-1)!.value.toString()) as Record<string, unknown>;
    const padded = { ...event, id: 'the-largest', padding: 'x'.repeat(LARGEST_BYTES) };
    return { key: Buffer.from('the-largest'), value: Buffer.from(JSON.stringify(padded)) };
  }

  function validOf(records: readonly TrafficRecord[]): TrafficRecord[] {
    return records.filter((record) => verdictOf(record).kind === 'valid');
  }

  function verdictOf({ value }: TrafficRecord): ReturnType<typeof judge> {
    return judge({ at: Date.now(), value: value.toString() }, platform.declared.limits);
  }

  function expectedDeadLetters(): string[] {
    const reasons = new Map(NO_ENVELOPES.map(([, value, reason]) => [value.toString(), reason]));
    return sent.flatMap((record) => {
      const verdict = verdictOf(record);
      const payload = record.value.toString();
      const reason = reasons.get(payload) ?? (verdict.kind === 'malformed' ? verdict.reason : undefined);
      return reason === undefined ? [] : [`${reason} ${payload}`];
    });
  }
});
