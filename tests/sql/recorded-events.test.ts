import { readFileSync } from 'node:fs';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import type { Row } from '../../cli/ksql/virtual-pipeline';
import { GATEWAY_EVENTS, recordedEvents, sharedFile, testWith } from './shared';

const NETWORK = sharedFile('livepeer', 'network-capabilities.json');
const SOURCES = ['GATEWAY_DLQ', 'GATEWAY_IGNORED', 'SERVICE_SAMPLE', 'SERVICE_SAMPLE_FROM_NETWORK_CAPABILITY', 'SERVICE_SAMPLE_FROM_SESSION_CONTRIBUTION_CHANGE']; // prettier-ignore

interface Envelope {
  readonly type: string;
  readonly data: unknown;
}

/** Bronze and silver with these records, arriving as they come. */
async function silverOf(
  records: readonly { readonly at: number; readonly value: string }[],
): Promise<Pipeline> {
  const objects = sqlObjects();
  const needed = new Set(SOURCES);
  for (const { name, dependsOn } of [...objects].reverse())
    if (needed.has(name)) for (const other of dependsOn) needed.add(other);
  const pipeline = await Pipeline.start(objects.filter(({ name }) => needed.has(name)));
  for (const record of records) await pipeline.sendGateway(record);
  return pipeline;
}

async function rowsOf(pipeline: Pipeline, topic: string): Promise<Row[]> {
  return (await pipeline.records(topic)).flatMap(({ row }) => (row === null ? [] : [row]));
}

const sum = (rows: readonly Row[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column] ?? 0) * Number(row.SIGN ?? 1), 0);

/** Nothing refused, ignored, failing, and every event once. */
async function expectAllTaken(pipeline: Pipeline, count: number): Promise<void> {
  expect(await pipeline.records('telemetry.dlq.v1')).toEqual([]);
  expect(await pipeline.records('bronze.gateway_ignored.v1')).toEqual([]);
  expect(pipeline.log).toEqual([]);
  expect(await pipeline.records('bronze.gateway_event_once.v1')).toHaveLength(count);
}

describe('recorded events of a real stream', () => {
  const { run, note } = testWith(GATEWAY_EVENTS);

  run(
    `are all taken and add up${note}`,
    async () => {
      const records = recordedEvents();
      const events = records.map(({ value }) => JSON.parse(value) as Envelope);
      const pipeline = await silverOf(records);
      await expectAllTaken(pipeline, records.length);
      const typed = await rowsOf(pipeline, 'silver.stream_event.v1');
      expect(typed).toHaveLength(events.filter(({ data }) => !Array.isArray(data)).length);

      const samples = await rowsOf(pipeline, 'silver.service_sample.v1');
      const network = samples.filter(({ DIMENSION }) => DIMENSION === 'network');
      expect(['REQUESTED', 'STARTED', 'FAILED', 'UNATTRIBUTED', 'SWAPPED', 'SIGNALS_SEEN', 'SIGNALS_EXPECTED'].map((column) => sum(network, column))).toEqual([1, 1, 0, 0, 0, 17, 16]); // prettier-ignore
      expect(['PROMPT_TO_FIRST_FRAME_MS', 'STARTUP_MS', 'E2E_LATENCY_MS'].map((column) => sum(network, column))).toEqual([2655, 6744, 370]); // prettier-ignore
      expect(sum(network, 'FEE_WEI')).toBeCloseTo(feesOf(events), -3);
      expect(sum(network, 'BYTES_RECEIVED')).toBe(mostBytesOf(events));
      expect(network.filter(({ KIND }) => KIND === 'status').every(({ DELIVERED_MPPS }) => Number(DELIVERED_MPPS) > 1 && Number(DELIVERED_MPPS) < 15)).toBe(true); // prettier-ignore
      // Every dimension counts the same.
      for (const dimension of new Set(samples.map(({ DIMENSION }) => DIMENSION))) {
        const rows = samples.filter(({ DIMENSION }) => DIMENSION === dimension);
        for (const column of ['REQUESTED', 'SIGNALS_SEEN', 'BYTES_SENT', 'TICKETS', 'CAPACITY'])
          expect([dimension, column, sum(rows, column)]).toEqual([dimension, column, sum(network, column)]);
      }
    },
    60_000,
  );

  run(
    `know their orchestrator by one address, whichever they report${note}`,
    async () => {
      const records = recordedEvents();
      const announced = records.findIndex(({ value }) => value.includes('"network_capabilities"'));
      const first = { ...records[announced]!, at: records[0]!.at };
      const pipeline = await silverOf([first, ...records.filter((_, index) => index !== announced)]);
      const typed = await rowsOf(pipeline, 'silver.stream_event.v1');
      const attributed = typed.filter(({ ORCHESTRATOR_URI }) => ORCHESTRATOR_URI !== null);
      expect(attributed.length).toBeGreaterThan(20);
      expect(new Set(attributed.map(({ ORCHESTRATOR }) => ORCHESTRATOR))).toEqual(
        new Set(['0xd00354656922168815fcd1e51cbddb9e359e3c7f']),
      );
      const gpus = attributed.map(({ GPU_TYPE }) => GPU_TYPE);
      expect(new Set(gpus)).toEqual(new Set(['NVIDIA_GeForce_RTX_5090']));
    },
    60_000,
  );
});

describe('a real announcement of the network', () => {
  const { run, note } = testWith(NETWORK);

  run(
    `is taken whole${note}`,
    async () => {
      const { orchestrators } = JSON.parse(readFileSync(NETWORK, 'utf8')) as {
        orchestrators: { hardware: unknown[] | null }[];
      };
      const at = 1_767_900_000_000;
      const event = {
        id: 'n',
        type: 'network_capabilities',
        timestamp: String(at),
        gateway: '',
        data: orchestrators,
      };
      const pipeline = await silverOf([{ at, value: JSON.stringify(event) }]);
      await expectAllTaken(pipeline, 1);
      const assets = await rowsOf(pipeline, 'silver.network_capability.v1');
      const kinds = (kind: string): Row[] => assets.filter(({ ASSET_KIND }) => ASSET_KIND === kind);
      expect(kinds('uri')).toHaveLength(orchestrators.length);
      expect(kinds('uri').every(({ ASSET_KEY, ADDRESS, LOCAL_ADDRESS, VERSION }) => ASSET_KEY && ADDRESS && LOCAL_ADDRESS && VERSION)).toBe(true); // prettier-ignore
      expect(kinds('uri').filter(({ HARDWARE }) => HARDWARE !== '[]')).toHaveLength(orchestrators.filter(({ hardware }) => hardware !== null).length); // prettier-ignore
      const gpus = kinds('gpu');
      expect(gpus).toHaveLength(JSON.stringify(orchestrators).split('"id":"GPU-').length - 1);
      for (const gpu of gpus) {
        expect(gpu.COMPUTE_CAPABILITY).toMatch(/^\d{1,2}\.\d$/);
        expect(Number(gpu.GPU_MEMORY_BYTES)).toBeGreaterThan(4e9);
        expect(Number(gpu.GPU_MEMORY_FREE_BYTES)).toBeLessThanOrEqual(Number(gpu.GPU_MEMORY_BYTES));
      }
      expect(kinds('model').every(({ PIPELINE, CAPACITY, CAPACITY_IN_USE }) => !/^capability-/.test(String(PIPELINE)) && Number(CAPACITY) >= Number(CAPACITY_IN_USE))).toBe(true); // prettier-ignore
      const inventory = await pipeline.table('silver.inventory.v1');
      expect(inventory.size).toBe(new Set([...kinds('uri'), ...gpus].map(({ ASSET_KEY }) => ASSET_KEY)).size);
    },
    60_000,
  );
});

/** What all payments are worth on average, from their texts. */
function feesOf(events: readonly Envelope[]): number {
  const payments = events.filter(({ type }) => type === 'create_new_payment');
  return payments
    .map(({ data }) => data as Record<'faceValue' | 'winProb' | 'numTickets', string>)
    .reduce((total, it) => total + parseFloat(it.faceValue) * Number(it.winProb) * Number(it.numTickets), 0);
}

function mostBytesOf(events: readonly Envelope[]): number {
  const metrics = events.filter(({ type }) => type === 'stream_ingest_metrics');
  return Math.max(...metrics.map(({ data }) => (data as { stats: { peer_conn_stats: { BytesReceived: number } } }).stats.peer_conn_stats.BytesReceived)); // prettier-ignore
}
