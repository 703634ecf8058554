import { setTimeout as sleep } from 'node:timers/promises';
import { pullQuery } from '../lab';
import type { DemoTraffic } from '../lab';
import type { PlatformEndpoints } from '../resources/endpoints';
import type { Declaration } from '../stacks/declaration';
import { SLA_COLUMNS, slaTable, summarise } from './demo-table';
import type { SlaSummary } from './demo-table';
import { seconds } from './units';
import { withRunningVersions } from './versioned-names';

const REFRESH_MS = 1000;
/** How often a table is printed where it cannot be overwritten. */
const PLAIN_INTERVAL_MS = 15_000;
const SHOWN_ROWS = 20;
const MINUTE_MS = 60_000;

/** When `./naap` was called, ms since the epoch; this process is younger by the checks and the build. */
function startedAt(): number {
  const given = Number(process.env.NAAP_STARTED_AT?.replace(',', '.'));
  return given > 0 ? given * 1000 : performance.timeOrigin;
}

/** Asks for the SLA again and again and shows it as a table. */
export class SlaWatch {
  /** Time from the start of the command to the first row of an answer, ms. */
  firstAnswerMs?: number;
  private readonly sql: string;
  private problem = '';

  constructor(
    private readonly endpoints: PlatformEndpoints,
    { versions }: Declaration,
    private readonly lakeState: () => string,
  ) {
    const since = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const text = `SELECT ${SLA_COLUMNS.join(', ')} FROM sla_1m WHERE window_start >= ${since};`;
    this.sql = withRunningVersions(text, versions);
  }

  /** The SLA now, by orchestrator and model, since the demo has begun. */
  async latest(): Promise<SlaSummary[]> {
    const rows = await pullQuery(this.endpoints.ksqldb.url, this.sql);
    if (rows.rows.length > 0) this.firstAnswerMs ??= Math.round(Date.now() - startedAt());
    return summarise(rows);
  }

  /** Shows the table until `end` is aborted. */
  async run(traffic: DemoTraffic, end: AbortSignal): Promise<void> {
    const began = Date.now();
    const { default: logUpdate } = await import('log-update');
    let printedAt = 0;
    while (!end.aborted) {
      const text = await this.text(traffic, began);
      if (process.stdout.isTTY) logUpdate(text);
      else if (Date.now() - printedAt >= PLAIN_INTERVAL_MS) {
        console.log(text);
        printedAt = Date.now();
      }
      await sleep(REFRESH_MS, undefined, { signal: end }).catch(() => undefined);
    }
    logUpdate.done();
  }

  private async text(traffic: DemoTraffic, began: number): Promise<string> {
    const { sent } = traffic.playing.counts();
    const summaries = await this.tryLatest();
    const head = `${seconds(Date.now() - began)}: ${sent} events sent, ${traffic.polls()} polls answered. Ctrl-C ends the traffic.`;
    const notes = [this.lakeState(), this.problem].filter((note) => note !== '');
    return [head, slaTable(summaries, SHOWN_ROWS), ...notes].join('\n');
  }

  /** A server that does not answer for a moment is no reason to end. */
  private async tryLatest(): Promise<SlaSummary[]> {
    try {
      const summaries = await this.latest();
      this.problem = '';
      return summaries;
    } catch (error) {
      this.problem = `no answer: ${(error as Error).message}`;
      return [];
    }
  }
}
