import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { adminClient } from '../../tests/support/kafka';
import { killPart, startTestPlatform } from '../../tests/support/platform';
import type { TestPlatform } from '../../tests/support/platform';
import { percentile } from '../support/statistics';
import { startNodes } from './nodes';
import type { NodeTarget } from './nodes';
import {
  eventSchema,
  heldRecords,
  prepareTopic,
  producerCounts,
  startScraper,
  TOPIC,
  untilReady,
} from './setting';
import type { ScraperProcess } from './setting';
import { processUse } from './process-use';
import { checkTopic } from './topic-check';

const USAGE = `npx tsx bench/scraper/main.ts [--targets 1000] [--period-ms 1000] [--seconds 60] [--outage-seconds 0] [--kill]
  --outage-seconds N   the broker is killed after the measurement, for so long, and the delivery of what was held is awaited
  --kill               the scraper is killed, too, in the middle of the outage`;

const WARM_UP_MS = 15_000;
const DRAIN_MS = 300_000;

interface NodesProcess {
  readonly targets: readonly NodeTarget[];
  answered(): Promise<Readonly<Record<string, number>>>;
  stop(): void;
}

/** The nodes in a process of their own: what they cost is not the scraper's. */
async function forkNodes(targets: number, port: number): Promise<NodesProcess> {
  const child: ChildProcess = fork(__filename, ['--nodes', String(targets), '--port', String(port)], {
    execArgv: process.execArgv,
  });
  const next = <T>(): Promise<T> =>
    new Promise((resolve) => child.once('message', (message) => resolve(message as T)));
  const list = await next<readonly NodeTarget[]>();
  return {
    targets: list,
    answered: () => {
      child.send('answered');
      return next();
    },
    stop: () => child.kill(),
  };
}

async function beNodes(targets: number, port: number): Promise<void> {
  const nodes = await startNodes({ targets, port });
  process.on('message', () => process.send!(nodes.answered()));
  process.on('disconnect', () => process.exit());
  process.send!(nodes.targets);
}

interface Options {
  readonly targets: number;
  readonly periodMs: number;
  readonly seconds: number;
  readonly outageSeconds: number;
  readonly kill: boolean;
}

async function run(options: Options): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-bench-scraper-'));
  const platform = await startTestPlatform({ slot: 0, without: ['connect', 'ksqldb', 'minio'] });
  const nodes = await forkNodes(options.targets, platform.settings.ports.simulators);
  let scraper: ScraperProcess | undefined;
  const start = (): ScraperProcess =>
    (scraper = startScraper({ folder, endpoints: platform.endpoints, targets: nodes.targets, periodMs: options.periodMs, port: platform.settings.ports.scraper, core: 1, more: { stop_ms: 60_000 } })); // prettier-ignore
  try {
    mkdirSync(folder, { recursive: true });
    await prepareTopic(adminClient(platform.endpoints), platform.endpoints);
    scraper = start();
    await untilReady(scraper);
    await sleep(WARM_UP_MS);
    await measure(scraper, options, await nodes.answered(), () => nodes.answered());
    if (options.outageSeconds > 0) scraper = await outage(scraper, platform, options, start);
    console.log(`peak memory      ${processUse(scraper.pid).peakMib.toFixed(0)} MiB`);
    const code = await scraper.kill('SIGTERM');
    if (code !== 0)
      throw new Error(`the scraper ended with ${code}:\n${readFileSync(scraper.log, 'utf8').slice(-2_000)}`);
    await report(platform, options, await nodes.answered());
  } finally {
    await scraper?.kill('SIGKILL');
    nodes.stop();
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((a, b) => a + b, 0);

async function measure(
  { pid }: ScraperProcess,
  { seconds }: Options,
  answeredBefore: Readonly<Record<string, number>>,
  answered: () => Promise<Readonly<Record<string, number>>>,
): Promise<void> {
  const [before, began] = [processUse(pid), performance.now()];
  await sleep(seconds * 1_000);
  const elapsed = (performance.now() - began) / 1_000;
  const [after, polls] = [processUse(pid), sum(await answered()) - sum(answeredBefore)];
  console.log(`polls            ${(polls / elapsed).toFixed(0)}/s over ${elapsed.toFixed(0)} s`);
  console.log(
    `one core         ${((100 * (after.cpuSeconds - before.cpuSeconds)) / elapsed).toFixed(0)} % busy`,
  );
  console.log(`memory           ${after.residentMib.toFixed(0)} MiB resident`);
}

/** Takes the broker away, and the scraper too where that is asked for, until all that was held is delivered. */
async function outage(
  scraper: ScraperProcess,
  platform: TestPlatform,
  { outageSeconds, kill }: Options,
  start: () => ScraperProcess,
): Promise<ScraperProcess> {
  await killPart(platform.settings, 'kafka');
  await sleep((outageSeconds * 1_000) / 2);
  let running = scraper;
  if (kill) {
    await scraper.kill('SIGKILL');
    running = start();
    await untilReady(running);
  }
  await sleep((outageSeconds * 1_000) / 2);
  const held = heldRecords(await producerCounts(running));
  await platform.start();
  const began = performance.now();
  while (heldRecords(await producerCounts(running)) > 5_000) {
    if (performance.now() - began > DRAIN_MS) throw new Error('what was held is not delivered');
    await sleep(200);
  }
  const { dropped } = await producerCounts(running);
  console.log(`outage           ${outageSeconds} s, ${held} events held, delivered in ${((performance.now() - began) / 1_000).toFixed(1)} s`); // prettier-ignore
  console.log(`given up         ${dropped.low.records + dropped.normal.records + dropped.high.records}`);
  return running;
}

async function report(
  platform: TestPlatform,
  { kill }: Options,
  answered: Readonly<Record<string, number>>,
): Promise<void> {
  const check = await checkTopic(adminClient(platform.endpoints), TOPIC, eventSchema(), answered);
  const delays = check.scheduleDelays;
  const missing = sum(check.missing);
  console.log(
    `schedule error   p50 ${percentile(delays, 0.5)} ms, p99 ${percentile(delays, 0.99)} ms, max ${percentile(delays, 1)} ms`,
  );
  console.log(
    `records          ${check.records}, events ${check.unique}, sent twice ${(100 * check.repeatedShare).toFixed(3)} %`,
  );
  console.log(
    `missing          ${missing}${kill ? ' (answers that were not on disk when the scraper was killed)' : ''}`,
  );
  console.log(`out of order     ${check.outOfOrder.length} targets`);
  console.log(`failures         ${JSON.stringify(check.failures)}`);
  if (check.outOfOrder.length > 0 || (missing > 0 && !kill)) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      targets: { type: 'string', default: '1000' },
      'period-ms': { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      'outage-seconds': { type: 'string', default: '0' },
      kill: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      nodes: { type: 'string' },
      port: { type: 'string' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.nodes !== undefined) return beNodes(Number(values.nodes), Number(values.port));
  await run({
    targets: Number(values.targets),
    periodMs: Number(values['period-ms']),
    seconds: Number(values.seconds),
    outageSeconds: Number(values['outage-seconds']),
    kill: values.kill,
  });
}

void main();
