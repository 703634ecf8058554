import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { projectRoot } from '../../lab';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { numberedKind } from './nodes';
import type { NodeTarget } from './nodes';

export const TOPIC = 'telemetry.orchestrator_scrape.v1';
const SUBJECT = `${TOPIC}-value`;
const READY_MS = 30_000;

/** The declared schema of the scraper's events. */
export function eventSchema(): string {
  return readFileSync(path.join(projectRoot(), 'schemas', `${SUBJECT}.avsc`), 'utf8');
}

/** Makes the topic and its subject, as the stack would. */
export async function prepareTopic(
  client: Kafka,
  { registry }: PlatformEndpoints,
  partitions = 4,
): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: partitions }] });
  await admin.disconnect();
  const response = await fetch(`${registry.url}/subjects/${SUBJECT}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: eventSchema() }),
  });
  if (!response.ok)
    throw new Error(`the schema is not taken: HTTP ${response.status} ${await response.text()}`);
}

export interface ScraperSetting {
  readonly folder: string;
  readonly endpoints: PlatformEndpoints;
  readonly targets: readonly NodeTarget[];
  readonly periodMs: number;
  readonly port: number;
  /** Merged into the configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Core that the process is bound to. */
  readonly core?: number;
  readonly args?: readonly string[];
}

/** A scraper of this project as a process of its own. */
export interface ScraperProcess {
  readonly pid: number;
  readonly statusUrl: string;
  readonly log: string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the bundle in `dist/`; resolves when it runs (not when it is ready). */
export function startScraper(setting: ScraperSetting): ScraperProcess {
  const { folder, port, core, args = [] } = setting;
  const configFile = writeSetting(setting);
  const log = path.join(folder, 'scraper.log');
  const out = openSync(log, 'a');
  const command = [process.execPath, ...imageFlags(), path.join(projectRoot(), 'dist', 'scraper.js'), '--config', configFile, '--kinds', path.join(folder, 'kinds'), ...args]; // prettier-ignore
  const bound = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  const child: ChildProcess = spawn(bound[0]!, bound.slice(1), { stdio: ['ignore', out, out] });
  closeSync(out);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    pid: child.pid!,
    statusUrl: `http://127.0.0.1:${port}`,
    log,
    ended,
    kill: (signal) => {
      // Nothing happens where it has ended already.
      child.kill(signal);
      return ended;
    },
  };
}

/** What the image gives Node, so that what is measured is what is shipped. */
function imageFlags(): string[] {
  const dockerfile = readFileSync(path.join(projectRoot(), 'scraper', 'Dockerfile'), 'utf8');
  const [, entryPoint = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(entryPoint) as string[]).filter((argument) => argument.startsWith('--'));
}

function writeSetting({ folder, endpoints, targets, periodMs, port, more = {} }: ScraperSetting): string {
  mkdirSync(path.join(folder, 'kinds'), { recursive: true });
  writeFileSync(path.join(folder, 'kinds', 'numbered.yaml'), numberedKind(periodMs));
  writeFileSync(path.join(folder, 'targets.json'), JSON.stringify(targets));
  const { username, passwordFile } = endpoints.kafka.admin;
  const config = {
    kafka: { brokers: endpoints.kafka.bootstrap, username, password_file: passwordFile },
    registry: { url: endpoints.registry.url },
    buffer: { folder: path.join(folder, 'buffer') },
    listen: { port },
    allowed_cidrs: ['127.0.0.0/8'],
    sources: [{ type: 'file', path: path.join(folder, 'targets.json') }],
    ...more,
  };
  const file = path.join(folder, 'scraper.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Waits until the scraper says that it polls; throws with the end of its log when it does not. */
export async function untilReady({ statusUrl, log }: ScraperProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const response = await fetch(`${statusUrl}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadline)
      throw new Error(`the scraper is not ready:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
    await sleep(100);
  }
}

/** What the scraper's producer says of itself. */
export async function producerCounts({ statusUrl }: ScraperProcess): Promise<ProducerCounts> {
  const { producer } = (await (await fetch(`${statusUrl}/targets`)).json()) as { producer: ProducerCounts };
  return producer;
}
export interface ProducerCounts {
  readonly held: Readonly<Record<'low' | 'normal' | 'high', { records: number; bytes: number }>>;
  readonly dropped: Readonly<Record<'low' | 'normal' | 'high', { records: number; bytes: number }>>;
  readonly sent: number;
  readonly resent: number;
  readonly rejected: number;
}
export const heldRecords = ({ held }: ProducerCounts): number =>
  held.low.records + held.normal.records + held.high.records;
