import Table from 'cli-table3';
import { emptyText } from '../lab';
import type { GatewayCounts, LakeCounts } from '../lab';
import { gpuLine } from './demo-gpus';
import type { GpuSummary } from './demo-gpus';
import { slaTable } from './demo-table';
import type { SlaSummary } from './demo-table';
import { seconds } from './units';

/** What the demo ends with, also as JSON. */
export interface DemoResult {
  /** From the start of the command to the first row that a pull query answered, ms. */
  readonly firstAnswerMs?: number;
  readonly sla: readonly SlaSummary[];
  readonly events: GatewayCounts & { readonly sent: number };
  readonly polls: number;
  readonly gpus: GpuSummary;
  readonly lake: readonly LakeCounts[];
  /** What does not add up; empty when everything is accounted for. */
  readonly problems: readonly string[];
}

/** The last table and the counts that prove it. */
export function demoReport(result: DemoResult): string {
  const { events, firstAnswerMs } = result;
  const lines = [
    '',
    slaTable(result.sla, Infinity),
    firstAnswerMs === undefined
      ? 'No pull query was answered with a row.'
      : `First row of a pull query after ${seconds(firstAnswerMs)}.`,
    `${events.sent} sent = ${events.valid} valid + ${events.ignored} ignored + ${events.deadLettered} dead-lettered + ${events.duplicates} duplicates${emptyText(events.empty)}` +
      (result.problems.length === 0 ? '' : '  (does not add up, see below)'),
    `${result.polls} polls answered by simulated nodes.`,
    gpuLine(result.gpus),
    lakeTable(result.lake),
  ];
  return lines.join('\n');
}

function lakeTable(lake: readonly LakeCounts[]): string {
  const table = new Table({
    head: ['lake table', 'records', 'rows', 'dead letters'],
    style: { head: [], border: [], compact: true },
  });
  for (const { table: name, records, rows, deadLettered } of lake)
    table.push([name, records, rows, deadLettered]);
  return table.toString();
}
