import type { Benchmark } from '../oracle/benchmark';
import type { Gold, GoldRow } from '../oracle/gold';
import type { OracleSession } from '../oracle/sessions';
import type { Row } from '../../cli/ksql/virtual-pipeline';

/** Sums of floating-point numbers may differ in their last digits, by the order in which they were added. */
const RELATIVE_TOLERANCE = 1e-9;

/** The tables that the pipeline answers with, the last row of each key. */
export interface AnsweredGold {
  readonly sessions: ReadonlyMap<string, Row>;
  readonly benchmarks: ReadonlyMap<string, Row>;
  readonly service: ReadonlyMap<string, Row>;
  readonly sla: ReadonlyMap<string, Row>;
}

export interface Comparison {
  readonly rows: number;
  readonly cells: number;
  /** One line a difference, with table, key, column and both values. */
  readonly differences: readonly string[];
}

/** Compares every row and column, both ways: what is missing, what differs, what should not be there. */
export function compareGold(expected: Gold, answered: AnsweredGold): Comparison {
  const tables: readonly [string, ReadonlyMap<string, GoldRow>, ReadonlyMap<string, Row>][] = [
    ['session', mapValues(expected.sessions, sessionRow), answered.sessions],
    ['benchmark_percentile', mapValues(expected.benchmarks, benchmarkRow), answered.benchmarks],
    ['service', expected.service, answered.service],
    ['sla', mapValues(expected.sla, withoutServiceColumns), answered.sla],
  ];
  const differences: string[] = [];
  let cells = 0;
  for (const [table, wanted, got] of tables) {
    for (const [key, row] of wanted) {
      cells += Object.keys(row).length;
      differences.push(...rowDifferences(`${table} ${key}`, row, got.get(key)));
    }
    for (const key of got.keys()) if (!wanted.has(key)) differences.push(`${table} ${key}: not expected`);
  }
  return { rows: tables.reduce((sum, [, wanted]) => sum + wanted.size, 0), cells, differences };
}

function rowDifferences(place: string, wanted: GoldRow, got: Row | undefined): string[] {
  if (!got) return [`${place}: missing`];
  return Object.entries(wanted)
    .filter(([column, value]) => !sameValue(value, got[column]))
    .map(([column, value]) => `${place}: ${column} is ${String(got[column])}, expected ${String(value)}`);
}

function sameValue(wanted: string | number | null, got: unknown): boolean {
  if (typeof wanted !== 'number' || typeof got !== 'number') return wanted === got;
  return Math.abs(wanted - got) <= RELATIVE_TOLERANCE * Math.max(Math.abs(wanted), Math.abs(got));
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

/** The key itself is the key of the row, no column of it; `sla` carries only the sums that its own columns are made of. */
function withoutServiceColumns(row: GoldRow): GoldRow {
  return Object.fromEntries(
    Object.entries(row).filter(([column]) => !/_LE_\d+MS$|^STARTUP_(COUNT|SUM_MS)$/.test(column)),
  );
}

function sessionRow(session: OracleSession): GoldRow {
  return {
    STREAM_ID: session.streamId,
    GATEWAY: session.gateway,
    ORCHESTRATOR: session.orchestrator,
    PIPELINE: session.pipeline,
    MODEL: session.model,
    REQUESTED_AT: session.requestedAt,
    FIRST_INGEST_AT: session.firstIngestAt,
    FIRST_FRAME_AT: session.firstFrameAt,
    PLAYABLE_AT: session.playableAt,
    LAST_SIGNAL_AT: session.lastSignalAt,
    OUTCOME: session.outcome,
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
  };
}
