import { admit } from './judge';
import type { Accounting, ArrivedRecord, OracleEvent } from './judge';
import { benchmarksOf } from './benchmark';
import type { Benchmark } from './benchmark';
import {
  DAY_MS,
  E2E_BUCKETS_MS,
  FULL_FPS_SAMPLES,
  FULL_LATENCY_SAMPLES,
  MINUTE_MS,
  PTFF_BUCKETS_MS,
} from './rules';
import type { AgeLimits } from './rules';
import { dimension, orchestratorOf, outputFpsOf, sessionsOf } from './sessions';
import type { OracleSession } from './sessions';
import { textOf } from './judge';

/** A row of a gold table, by column name as ksqlDB shows it. */
export type GoldRow = Readonly<Record<string, string | number | null>>;

export interface Gold {
  readonly accounting: Accounting;
  /** By request id. */
  readonly sessions: ReadonlyMap<string, OracleSession>;
  /** By `pipeline|model|day`. */
  readonly benchmarks: ReadonlyMap<string, Benchmark>;
  /** Sums by `orchestrator|pipeline|model|window start`. */
  readonly service: ReadonlyMap<string, GoldRow>;
  readonly sla: ReadonlyMap<string, GoldRow>;
}

/** Everything that the pipeline must answer, computed from the records alone. `windowMs`: length of the rollups' window. */
export function computeGold(
  records: readonly ArrivedRecord[],
  limits: AgeLimits,
  windowMs = MINUTE_MS,
): Gold {
  const { events, accounting } = admit(records, limits);
  const sessions = sessionsOf(events);
  const benchmarks = benchmarksOf(sessions.values(), events);
  const service = serviceRows([...sessions.values()], events, windowMs);
  const sla = new Map(
    [...service].map(([key, row]) => [key, slaRow(row, benchmarks.get(benchmarkKey(row)))]),
  );
  return { accounting, sessions, benchmarks, service, sla };
}

function serviceRows(
  sessions: readonly OracleSession[],
  events: readonly OracleEvent[],
  windowMs: number,
): Map<string, GoldRow> {
  const rows = new Map<string, Record<string, string | number>>();
  const rowAt = (orchestrator: string, pipeline: string, model: string, time: number) => {
    const start = Math.floor(time / windowMs) * windowMs;
    const key = `${orchestrator}|${pipeline}|${model}|${start}`;
    const dimensions = { ORCHESTRATOR: orchestrator, PIPELINE: pipeline, MODEL: model, WINDOW_START: start };
    const row = rows.get(key) ?? { ...dimensions, ...emptySums() };
    rows.set(key, row);
    return row;
  }; // prettier-ignore
  for (const session of sessions) {
    const { orchestrator, pipeline, model, requestedAt } = session;
    if (requestedAt !== null) addAll(rowAt(orchestrator, pipeline, model, requestedAt), sessionSums(session));
  }
  for (const event of events) {
    if (event.family !== 'ai_stream_status') continue;
    const pipeline = dimension(textOf(event.data.pipeline_id)) || 'unknown';
    const model = dimension(textOf(event.data.pipeline)) || 'unknown';
    const row = rowAt(orchestratorOf(event) || 'unattributed', pipeline, model, event.eventTime);
    addAll(row, outputSums(outputFpsOf(event.data)));
  }
  return rows;
}

function addAll(row: Record<string, string | number>, sums: Readonly<Record<string, number>>): void {
  for (const [column, value] of Object.entries(sums)) row[column] = Number(row[column]) + value;
}

function sessionSums(session: OracleSession): Record<string, number> {
  const when = (condition: boolean): number => (condition ? 1 : 0);
  return {
    REQUESTED: 1,
    STARTED: when(session.outcome === 'success'),
    NO_ORCHESTRATOR: when(session.outcome === 'no_orchestrator'),
    EXCUSABLE: when(session.outcome === 'excusable'),
    FAILED: when(session.outcome === 'failed'),
    SWAPPED: session.swapped,
    UNATTRIBUTED: when(session.orchestrator === 'unattributed'),
    OUTPUT_FAILED: session.outputFailed,
    ...latencySums('PROMPT_TO_FIRST_FRAME', session.promptToFirstFrameMs, PTFF_BUCKETS_MS),
    ...latencySums('STARTUP', session.startupMs, []),
    ...latencySums('E2E_LATENCY', session.e2eLatencyMs, E2E_BUCKETS_MS),
    SIGNALS_SEEN: session.signalsSeen,
    SIGNALS_EXPECTED: session.signalsExpected,
  };
}

function latencySums(name: string, value: number | null, buckets: readonly number[]): Record<string, number> {
  const inBucket = (bound: number): [string, number] => [
    `${name}_LE_${bound}MS`,
    value !== null && value <= bound ? 1 : 0,
  ];
  return {
    [`${name}_COUNT`]: value === null ? 0 : 1,
    [`${name}_SUM_MS`]: value ?? 0,
    ...Object.fromEntries(buckets.map(inBucket)),
  };
}

function outputSums(fps: number): Record<string, number> {
  return { STATUS_SAMPLES: 1, OUTPUT_FPS_COUNT: fps > 0 ? 1 : 0, OUTPUT_FPS_SUM: fps > 0 ? fps : 0 };
}

/** All sums at 0, in the columns that a session and a sample add to. */
function emptySums(): Record<string, number> {
  const columns = { ...sessionSums(NO_SESSION), ...outputSums(0) };
  return Object.fromEntries(Object.keys(columns).map((column) => [column, 0]));
}

const NO_SESSION: OracleSession = {
  requestId: '', streamId: null, gateway: null, orchestrator: '', pipeline: '', model: '', requestedAt: null,
  firstIngestAt: null, firstFrameAt: null, playableAt: null, lastSignalAt: 0, outcome: 'failed', swapped: 0,
  outputFailed: 0, promptToFirstFrameMs: null, startupMs: null, e2eLatencyMs: null, signalsSeen: 0, signalsExpected: 0,
}; // prettier-ignore

function benchmarkKey(row: GoldRow): string {
  return `${row.PIPELINE}|${row.MODEL}|${Math.floor(Number(row.WINDOW_START) / DAY_MS)}`;
}

function slaRow(row: GoldRow, benchmark: Benchmark | undefined): GoldRow {
  const n = (column: string): number => Number(row[column]);
  const ratio = (column: string): number => n(column) / n('REQUESTED');
  const startup = ratio('STARTED');
  const noSwap = 1 - ratio('SWAPPED');
  const viability = 1 - ratio('OUTPUT_FAILED');
  const coverage = n('SIGNALS_EXPECTED') === 0 ? 1 : Math.min(n('SIGNALS_SEEN') / n('SIGNALS_EXPECTED'), 1);
  const ptff = latencyScore(row, 'PROMPT_TO_FIRST_FRAME', benchmark?.promptToFirstFrameP50Ms, benchmark?.promptToFirstFrameP90Ms);
  const e2e = latencyScore(row, 'E2E_LATENCY', benchmark?.e2eLatencyP50Ms, benchmark?.e2eLatencyP90Ms);
  const fps = fpsScore(row, benchmark?.outputFpsP10, benchmark?.outputFpsP50);
  const reliability = 0.4 * startup + 0.2 * noSwap + 0.4 * viability;
  const quality = 0.6 * (0.6 * ptff + 0.4 * e2e) + 0.4 * fps;
  const score = Math.min(Math.max(100 * coverage * (0.7 * reliability + 0.3 * quality), 0), 100);
  const requested = n('REQUESTED') > 0;
  return {
    ...row,
    STARTUP_SUCCESS_RATE: requested ? startup : null,
    NO_SWAP_RATE: requested ? noSwap : null,
    OUTPUT_VIABILITY_RATE: requested ? viability : null,
    COVERAGE: coverage,
    PROMPT_TO_FIRST_FRAME_SCORE: ptff,
    E2E_LATENCY_SCORE: e2e,
    OUTPUT_FPS_SCORE: fps,
    RELIABILITY: requested ? reliability : null,
    QUALITY: quality,
    SLA_SCORE: requested ? score : null,
  };
} // prettier-ignore

const clamp01 = (value: number): number => Math.min(Math.max(value, 0), 1);
const shrink = (raw: number, samples: number, enough: number): number =>
  0.5 + Math.min(samples / enough, 1) * (raw - 0.5);

/** Median or better is 1, p90 or worse 0. */
function latencyScore(row: GoldRow, name: string, p50?: number | null, p90?: number | null): number {
  const count = Number(row[`${name}_COUNT`]);
  if (count === 0 || p50 == null || p90 == null) return 0.5;
  const mean = Number(row[`${name}_SUM_MS`]) / count;
  const raw = mean <= p50 ? 1 : clamp01((p90 - mean) / (p90 - p50));
  return shrink(p90 === p50 && mean > p50 ? 0 : raw, count, FULL_LATENCY_SAMPLES);
}

/** Median or better is 1, p10 or worse 0. */
function fpsScore(row: GoldRow, p10?: number | null, p50?: number | null): number {
  const count = Number(row.OUTPUT_FPS_COUNT);
  if (count === 0 || p10 == null || p50 == null) return 0.5;
  const mean = Number(row.OUTPUT_FPS_SUM) / count;
  const raw = mean >= p50 ? 1 : clamp01((mean - p10) / (p50 - p10));
  return shrink(p10 === p50 && mean < p50 ? 0 : raw, count, FULL_FPS_SAMPLES);
}
