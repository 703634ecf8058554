import Table from 'cli-table3';
import type { QueryRows } from '../lab';

/** One orchestrator and model over all minutes seen so far. Sums only: every ratio is computed from them. */
export interface SlaSummary {
  readonly orchestrator: string;
  readonly model: string;
  readonly requested: number;
  readonly started: number;
  readonly failed: number;
  readonly swapped: number;
  readonly fpsSum: number;
  readonly fpsCount: number;
  readonly firstFrameSumMs: number;
  readonly firstFrameCount: number;
  readonly e2eSumMs: number;
  readonly e2eCount: number;
  readonly signalsSeen: number;
  readonly signalsExpected: number;
  /** Score of the newest minute in which a session was requested; undefined when there was none. */
  readonly score?: { readonly windowStart: number; readonly value: number };
}

/** The columns that the summary is made of. */
export const SLA_COLUMNS = [
  'orchestrator',
  'model',
  'window_start',
  'requested',
  'started',
  'failed',
  'swapped',
  'output_fps_sum',
  'output_fps_count',
  'prompt_to_first_frame_sum_ms',
  'prompt_to_first_frame_count',
  'e2e_latency_sum_ms',
  'e2e_latency_count',
  'signals_seen',
  'signals_expected',
  'sla_score',
] as const;
type Column = (typeof SLA_COLUMNS)[number];

const SLA_TARGET = 95;

/** Adds up the minutes of each orchestrator and model, in the order of their names. */
export function summarise(rows: QueryRows): SlaSummary[] {
  const index = new Map(rows.columns.map((name, position) => [name.toLowerCase(), position]));
  const groups = new Map<string, SlaSummary>();
  for (const row of rows.rows) {
    const value = (column: Column): unknown => row[index.get(column) ?? -1];
    const key = `${String(value('orchestrator'))}|${String(value('model'))}`;
    groups.set(key, addMinute(groups.get(key), value));
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, summary]) => summary);
}

function addMinute(before: SlaSummary | undefined, value: (column: Column) => unknown): SlaSummary {
  const number = (column: Column): number => Number(value(column) ?? 0);
  return {
    orchestrator: String(value('orchestrator')),
    model: String(value('model')),
    requested: (before?.requested ?? 0) + number('requested'),
    started: (before?.started ?? 0) + number('started'),
    failed: (before?.failed ?? 0) + number('failed'),
    swapped: (before?.swapped ?? 0) + number('swapped'),
    fpsSum: (before?.fpsSum ?? 0) + number('output_fps_sum'),
    fpsCount: (before?.fpsCount ?? 0) + number('output_fps_count'),
    firstFrameSumMs: (before?.firstFrameSumMs ?? 0) + number('prompt_to_first_frame_sum_ms'),
    firstFrameCount: (before?.firstFrameCount ?? 0) + number('prompt_to_first_frame_count'),
    e2eSumMs: (before?.e2eSumMs ?? 0) + number('e2e_latency_sum_ms'),
    e2eCount: (before?.e2eCount ?? 0) + number('e2e_latency_count'),
    signalsSeen: (before?.signalsSeen ?? 0) + number('signals_seen'),
    signalsExpected: (before?.signalsExpected ?? 0) + number('signals_expected'),
    score: newerScore(before?.score, number('window_start'), value('sla_score')),
  };
}

function newerScore(before: SlaSummary['score'], windowStart: number, score: unknown): SlaSummary['score'] {
  if (score === null || score === undefined) return before;
  return before && before.windowStart > windowStart ? before : { windowStart, value: Number(score) };
}

/** The table that the demo shows; at most `limit` rows, those with the most requested sessions. */
export function slaTable(summaries: readonly SlaSummary[], limit: number): string {
  const head = [
    'orchestrator',
    'model',
    'requested',
    'started',
    'failed',
    'swapped',
    'fps',
    'first frame',
    'e2e',
    'coverage',
    'SLA',
  ];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const shown = [...summaries].sort((a, b) => b.requested - a.requested).slice(0, limit);
  for (const it of shown) {
    table.push([
      shortAddress(it.orchestrator),
      it.model,
      it.requested,
      it.started,
      it.failed,
      it.swapped,
      ratio(it.fpsSum, it.fpsCount, 1),
      milliseconds(it.firstFrameSumMs, it.firstFrameCount),
      milliseconds(it.e2eSumMs, it.e2eCount),
      ratio(Math.min(it.signalsSeen, it.signalsExpected), it.signalsExpected, 2),
      scoreText(it.score),
    ]);
  }
  const hidden = summaries.length - shown.length;
  return hidden > 0 ? `${table.toString()}\n… and ${hidden} more` : table.toString();
}

function shortAddress(address: string): string {
  return /^0x[0-9a-f]{40}$/i.test(address) ? `${address.slice(0, 8)}…${address.slice(-4)}` : address;
}

function ratio(sum: number, count: number, digits: number): string {
  return count === 0 ? '' : (sum / count).toFixed(digits);
}

function milliseconds(sum: number, count: number): string {
  return count === 0 ? '' : `${Math.round(sum / count)} ms`;
}

function scoreText(score: SlaSummary['score']): string {
  if (!score) return '';
  const text = score.value.toFixed(1);
  return score.value < SLA_TARGET ? `${text} !` : text;
}
