import { writeFileSync } from 'node:fs';
import {
  countsSince,
  gatewayCounts,
  imbalance,
  lakeCounts,
  lakeImbalance,
  readSettings,
  settle,
  startDemoTraffic,
  startPlatform,
  stopPlatform,
} from '../lab';
import type { DemoTraffic, GatewayCounts, LabSettings, LakeCounts, PlatformStart, Settled } from '../lab';
import { readDeclaration } from '../stacks/declaration';
import type { Declaration } from '../stacks/declaration';
import { gpuSummary } from './demo-gpus';
import { demoReport } from './demo-report';
import type { DemoResult } from './demo-report';
import { SlaWatch } from './demo-watch';
import { realiseWork } from './realise-work';
import { StartDisplay } from './start-display';

export interface DemoOptions {
  /** Time of traffic after which it ends by itself. */
  readonly seconds?: number;
  readonly jsonFile?: string;
  readonly keep: boolean;
  readonly input?: string;
  readonly ownTime: boolean;
  readonly historyDays?: number;
  readonly eventsPerSecond?: number;
}

const MS_PER_SECOND = 1000;
const LAKE_BUCKET = 'lake';
const SETTLE = { timeoutMs: 90_000, pollMs: 1000 };

/** Plays the demo from an empty machine to the counts. Throws when they do not add up. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const settings = readSettings();
  const interrupt = new Interrupt();
  const display = new StartDisplay();
  const start = startPlatform(settings, { signal: interrupt.hard, onInstall: display.onInstall });
  let problem: string | undefined;
  try {
    problem = await play(settings, start, display, options, interrupt);
  } catch (error) {
    if (!interrupt.hard.aborted) {
      interrupt.abandon();
      throw error;
    }
    problem = 'interrupted';
  } finally {
    interrupt.release();
    if (!options.keep) await stopPlatform(settings, { only: start.started });
  }
  if (problem) throw new Error(problem);
}

/** The first Ctrl-C ends the traffic, or the start; a second one ends everything at once. */
class Interrupt {
  private readonly endTraffic = new AbortController();
  private readonly endAll = new AbortController();
  private isPlaying = false;
  private readonly onSignal = (): void => {
    if (!this.isPlaying || this.soft.aborted) this.endAll.abort(new Error('interrupted'));
    this.endTraffic.abort(new Error('interrupted'));
  };

  constructor() {
    process.on('SIGINT', this.onSignal).on('SIGTERM', this.onSignal);
  }

  get soft(): AbortSignal {
    return this.endTraffic.signal;
  }

  get hard(): AbortSignal {
    return this.endAll.signal;
  }

  /** Ends what still goes on beside a failure, such as a build. */
  abandon(): void {
    this.endAll.abort(new Error('given up'));
  }

  trafficBegins(): void {
    this.isPlaying = true;
  }

  release(): void {
    process.off('SIGINT', this.onSignal).off('SIGTERM', this.onSignal);
  }
}

/** Returns what does not add up. */
async function play(
  settings: LabSettings,
  start: PlatformStart,
  display: StartDisplay,
  options: DemoOptions,
  interrupt: Interrupt,
): Promise<string | undefined> {
  const declaration = readDeclaration(settings.root);
  const stack = realiseWork(settings, start);
  const early = start.parts.map((part) => part.name).filter((name) => name !== 'minio');
  // The stack's title shows when its queries run; its lake part goes on beside the traffic.
  const stackDone = stack.run(() => undefined);
  stackDone.catch(() => undefined);
  await display.waitFor(start, early, [
    { title: stack.title, run: () => stack.queriesDone.then(() => `${stack.title}: queries run`) },
  ]);
  const before = await gatewayCounts(start.endpoints, declaration);
  const began = Date.now();
  const traffic = await startDemoTraffic(settings, start.endpoints, options);
  interrupt.trafficBegins();
  const watch = new SlaWatch(start.endpoints, declaration, lakeState(start));
  try {
    await watch.run(traffic, endSignal(options, traffic, interrupt.soft));
  } finally {
    await traffic.stop();
  }
  await stackDone;
  const result = await measure(
    start,
    declaration,
    traffic,
    { counts: before, time: began },
    watch,
    interrupt.hard,
  );
  console.log(demoReport(result));
  if (options.jsonFile) writeFileSync(options.jsonFile, `${JSON.stringify(result, null, 2)}\n`);
  return result.problems.length > 0 ? result.problems.join('\n') : undefined;
}

/** Aborts when the time is over, the recording has ended, or the user has had enough. */
function endSignal({ seconds, input }: DemoOptions, traffic: DemoTraffic, soft: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  soft.addEventListener('abort', end);
  if (soft.aborted) end();
  // A recording ends; without one only a failure does.
  traffic.playing.done.then(() => input && end(), end);
  // Not AbortSignal.timeout: Node 20 may collect it before it fires when only AbortSignal.any holds it.
  if (seconds !== undefined) setTimeout(end, seconds * MS_PER_SECOND).unref();
  return ended.signal;
}

/** What the table says about the object store while it is being built. */
function lakeState(start: PlatformStart): () => string {
  let text = 'the object store is being built; the lake follows by itself';
  start.ready('minio').then(
    () => (text = ''),
    (error: unknown) => (text = `no lake: ${(error as Error).message.split('\n')[0]}`),
  );
  return () => text;
}

async function measure(
  start: PlatformStart,
  declaration: Declaration,
  traffic: DemoTraffic,
  before: { readonly counts: GatewayCounts; readonly time: number },
  watch: SlaWatch,
  signal: AbortSignal,
): Promise<DemoResult> {
  const { sent, failed } = traffic.playing.counts();
  const options = { ...SETTLE, signal };
  const events = await settle(
    async () => countsSince(before.counts, await gatewayCounts(start.endpoints, declaration)),
    (counts) => imbalance(sent, counts),
    options,
  );
  const lake: Settled<LakeCounts[]> = await settle(
    () => lakeCounts(start.endpoints, LAKE_BUCKET, declaration.connectors),
    lakeImbalance,
    options,
  );
  const failures = Object.entries(failed).map(
    ([reason, count]) => `${count} events were not taken: ${reason}`,
  );
  return {
    firstAnswerMs: watch.firstAnswerMs,
    sla: await watch.latest(),
    events: { sent, ...events.value },
    polls: traffic.polls(),
    gpus: await gpuSummary(start.endpoints, declaration, before.time),
    lake: lake.value,
    problems: [...failures, ...[events.problem, lake.problem].filter((it) => it !== undefined)],
  };
}
