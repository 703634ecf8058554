import type { Benchmark } from '../reference/benchmark';
import type { Gold, GoldRow, Window } from '../reference/gold';
import type { ReferenceSession } from '../reference/sessions';
import type { Row } from '../../cli/ksql/virtual-pipeline';

/** Sums of floating-point numbers may differ in their last digits, by the order in which they were added. */
const RELATIVE_TOLERANCE = 1e-9;
/** A deviation made of sums of squares loses digits where samples are alike, which two passes do not. */
const DEVIATION_TOLERANCE = 1e-6;

/** The tables that the pipeline answers with, the last row of each key; keys of windowed tables end in `@<window start>`. */
export type AnsweredGold = Readonly<Record<string, ReadonlyMap<string, Row>>>;

export interface Comparison {
  readonly rows: number;
  readonly cells: number;
  /** One line a difference, with table, key, column and both values. */
  readonly differences: readonly string[];
}

/** By the name of its object without version, what each table must hold. */
export function expectedTables(gold: Gold): Record<string, ReadonlyMap<string, GoldRow>> {
  const rollups = Object.entries(gold.rollups).map(([window, rows]) => [`service_rollup_${window}`, rows]);
  return {
    session: mapValues(gold.sessions, sessionRow),
    benchmark_percentile: mapValues(gold.benchmarks, benchmarkRow),
    service_1m: gold.service,
    sla_1m: gold.sla,
    cue_1m: gold.cue,
    demand_1m: gold.demand,
    source_freshness_1m: gold.freshness,
    ...(Object.fromEntries(rollups) as Record<`service_rollup_${Window}`, ReadonlyMap<string, GoldRow>>),
  };
}

/** Topics of these tables. */
export const topicOf = (table: string): string => {
  if (table === 'session') return 'silver.session.v1';
  return table === 'demand_1m' ? 'telemetry.demand.v1' : `gold.${table}.v1`;
};

export interface CompareOptions {
  /**
   * The records were read in any order, on a broker that stamped them as they came: what the ingest counters grew by then counts at other
   * moments of the same session, and lateness is another, so these columns are not looked at, nor rows that may hold nothing else.
   */
  readonly anyOrder?: boolean;
}

const COUNTERS = /^(BYTES|PACKETS|LAG)_|_BITS_PER_SECOND$|^PACKET_LOSS_RATE$/;
/** Columns of which one is above 0 in a row that holds more than counters. */
const SUBSTANCE: Readonly<Record<string, readonly string[]>> = {
  service: [
    'REQUESTED',
    'STATUS_SAMPLES',
    'JITTER_COUNT',
    'PAYMENTS',
    'PRICE_COUNT',
    'RESTARTS',
    'CAPACITY_SNAPSHOTS',
  ],
  sla: ['REQUESTED', 'STATUS_SAMPLES'],
  cue: ['DELIVERED_MPPS_COUNT'],
  demand: ['STREAMS', 'INFERENCE_MINUTES', 'TICKETS', 'CAPACITY_SNAPSHOTS'],
};

/** Compares every row and column of the tables that were asked, both ways: what is missing, what differs, what should not be there. */
export function compareGold(
  expected: Gold,
  answered: AnsweredGold,
  { anyOrder = false }: CompareOptions = {},
): Comparison {
  const tables = expectedTables(expected);
  const differences: string[] = [];
  let [rows, cells] = [0, 0];
  for (const [table, got] of Object.entries(answered)) {
    const needed = (row: Row): boolean => !anyOrder || hasSubstance(table, row);
    for (const [key, row] of tables[table]!) {
      if (!needed(row) && !got.has(key)) continue;
      const wanted = Object.entries(row).filter(([column]) => !anyOrder || !COUNTERS.test(column));
      rows++;
      cells += wanted.length;
      differences.push(...rowDifferences(`${table} ${key}`, wanted, got.get(key)));
    }
    for (const [key, row] of got)
      if (!tables[table]!.has(key) && needed(row)) differences.push(`${table} ${key}: not expected`);
  }
  return { rows, cells, differences };
}

function hasSubstance(table: string, row: Row): boolean {
  const columns = SUBSTANCE[table.split('_')[0]!];
  return columns === undefined || columns.some((column) => Number(row[column] ?? 0) > 0);
}

function rowDifferences(place: string, wanted: [string, GoldRow[string]][], got: Row | undefined): string[] {
  if (!got) return [`${place}: missing`];
  // The benchmark's columns are the fields of one struct.
  const row: Row = { ...got, ...(got.PERCENTILE as Row | undefined) };
  return wanted
    .filter(([column, value]) => !sameValue(column, value, row[column]))
    .map(([column, value]) => `${place}: ${column} is ${JSON.stringify(row[column])}, expected ${JSON.stringify(value)}`);
} // prettier-ignore

function sameValue(column: string, wanted: GoldRow[string], got: unknown): boolean {
  if (column.endsWith('_BUCKETS')) return sameCounts(wanted as Record<string, number>, got);
  if (typeof wanted !== 'number' || typeof got !== 'number') return wanted === got;
  if (column === 'OUTPUT_JITTER_COEFFICIENT') return Math.abs(wanted - got) <= DEVIATION_TOLERANCE;
  return Math.abs(wanted - got) <= RELATIVE_TOLERANCE * Math.max(Math.abs(wanted), Math.abs(got));
}

/** Counts by bucket, less those that were taken back. */
function sameCounts(wanted: Readonly<Record<string, number>>, got: unknown): boolean {
  const net: Record<string, number> = {};
  for (const [label, count] of Object.entries((got ?? {}) as Record<string, number>)) {
    const bucket = label.slice(0, 4);
    if (label !== '') net[bucket] = (net[bucket] ?? 0) + (label.endsWith('-') ? -count : count);
  }
  const labels = new Set([...Object.keys(net), ...Object.keys(wanted)]);
  return [...labels].every((label) => (net[label] ?? 0) === (wanted[label] ?? 0));
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function sessionRow(session: ReferenceSession): GoldRow {
  return {
    STREAM_ID: session.streamId,
    GATEWAY: session.gateway,
    ORCHESTRATOR: session.orchestrator,
    PIPELINE: session.pipeline,
    MODEL: session.model,
    GPU_TYPE: session.gpuType,
    REGION: session.region,
    REQUESTED_AT: session.requestedAt,
    FIRST_INGEST_AT: session.firstIngestAt,
    FIRST_FRAME_AT: session.firstFrameAt,
    PLAYABLE_AT: session.playableAt,
    LAST_SIGNAL_AT: session.lastSignalAt,
    OUTCOME: session.outcome,
    SETTLED: session.settled ? 1 : 0,
    SWAPPED: session.swapped,
    OUTPUT_FAILED: session.outputFailed,
    PROMPT_TO_FIRST_FRAME_MS: session.promptToFirstFrameMs,
    STARTUP_MS: session.startupMs,
    E2E_LATENCY_MS: session.e2eLatencyMs,
    SIGNALS_SEEN: session.signalsSeen,
    SIGNALS_EXPECTED: session.signalsExpected,
  };
}

function benchmarkRow(benchmark: Benchmark): GoldRow {
  return {
    PROMPT_TO_FIRST_FRAME_COUNT: benchmark.promptToFirstFrameCount,
    PROMPT_TO_FIRST_FRAME_P50_MS: benchmark.promptToFirstFrameP50Ms,
    PROMPT_TO_FIRST_FRAME_P90_MS: benchmark.promptToFirstFrameP90Ms,
    E2E_LATENCY_COUNT: benchmark.e2eLatencyCount,
    E2E_LATENCY_P50_MS: benchmark.e2eLatencyP50Ms,
    E2E_LATENCY_P90_MS: benchmark.e2eLatencyP90Ms,
    OUTPUT_FPS_COUNT: benchmark.outputFpsCount,
    OUTPUT_FPS_P10: benchmark.outputFpsP10,
    OUTPUT_FPS_P50: benchmark.outputFpsP50,
    DELIVERED_MPPS_COUNT: benchmark.deliveredMppsCount,
    DELIVERED_MPPS_BEST_P90: benchmark.deliveredMppsBestP90,
  };
}
