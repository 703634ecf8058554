import type { Admin } from 'kafkajs';
import type { RegistryClient } from '../../resources/subject/registry-client';
import type { LakeTable } from '../access';
import type { LakeSession } from '../lake-session';
import { avroCodec, textCodec } from './avro-codec';
import type { ValueCodec } from './avro-codec';
import type { Progress } from './position';
import { familiesQuery, hoursQuery } from './record-query';
import type { Hour } from './record-query';
import type { OpenSource } from './records';
import { replaySources } from './source';
import type { ReplaySource, TimeRange } from './source';
import { REPLAY_SUFFIX, inspectTarget } from './target';
import type { Target, TargetWanted } from './target';
import { readProgress, replayName } from './transactions';

export interface ReplayRequest {
  readonly tables: readonly LakeTable[];
  readonly families: readonly string[];
  readonly range: TimeRange;
  /** A topic, or a pattern in which `{topic}` is the topic that a record came from. */
  readonly to: string;
  /** Targets that do not end in `.replay`, named once more. */
  readonly allowed: readonly string[];
  /** What a topic gets that must be made. */
  readonly defaults: Pick<TargetWanted, 'partitions' | 'replicationFactor' | 'maxMessageBytes'>;
}

export interface ReplayClients {
  readonly session: LakeSession;
  readonly admin: Admin;
  readonly registry: RegistryClient;
}

/** What one table gives. */
export interface PlannedSource extends OpenSource {
  readonly rows: number;
  /** Ms since the epoch; undefined without rows. */
  readonly first?: number;
  readonly last?: number;
  /** Texts with U+FFFD: bytes that were no UTF-8 came into the lake so. */
  readonly altered: number;
}

/** Where the records of one topic go. */
export interface Route {
  readonly target: string;
  /** The record keeps its partition. */
  readonly keepsPartition: boolean;
  /** Of the target. */
  readonly partitions: number;
}

/** What a replay would do. */
export interface ReplayPlan {
  readonly name: string;
  readonly range: TimeRange;
  readonly sources: readonly PlannedSource[];
  readonly targets: readonly (Target & { readonly wanted: TargetWanted })[];
  /** By the topic that a record came from. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly total: number;
  /** How far an earlier run has come. */
  readonly progress?: Progress;
}

/** Thrown when the call itself is wrong. */
export class ReplayRefused extends Error {}

/**
 * Looks at the lake and at the targets, and changes nothing.
 * @throws ReplayRefused, or with the reason why a target cannot take the records
 */
export async function planReplay(clients: ReplayClients, request: ReplayRequest): Promise<ReplayPlan> {
  const sources = refuseUnknown(request);
  for (const { table } of sources) requireTable(clients.session, table);
  const planned = await Promise.all(sources.map((source) => planSource(clients, source, request.range)));
  await refuseEmptyFamilies(clients.session, planned, request.range);
  const topics = planned.flatMap(({ source }) => source.table.topics);
  const counts = await partitionCounts(clients.admin, topics);
  const targets = await Promise.all(
    targetsWanted(request, planned, counts).map(async (wanted) => ({
      ...(await inspectTarget(clients.admin, wanted)),
      wanted,
    })),
  );
  const name = replayName([
    request.to,
    String(request.range.from),
    String(request.range.to),
    ...planned.map(({ source }) => JSON.stringify([source.table.name, source.families ?? null])).sort(),
  ]);
  const carrier = targets[0]!;
  const progress = carrier.isNew ? undefined : await readProgress(clients.admin, name, carrier.name);
  return {
    name,
    range: request.range,
    sources: planned,
    targets,
    routes: routesOf(request, topics, targets, counts),
    total: planned.reduce((sum, { rows }) => sum + rows, 0),
    ...(progress ? { progress } : {}),
  };
}

/** How many records the lake holds now of what the plan names. */
export async function countRecords(
  session: LakeSession,
  { sources, range }: Pick<ReplayPlan, 'sources' | 'range'>,
): Promise<number> {
  const hours = await Promise.all(sources.map(({ source }) => session.query(hoursQuery(source, range))));
  return hours.flatMap(({ rows }) => rows).reduce((sum, [, , rows]) => sum + Number(rows), 0);
}

function refuseUnknown({ tables, families, to, allowed }: ReplayRequest): ReplaySource[] {
  let sources: ReplaySource[];
  try {
    sources = replaySources(tables, families);
  } catch (error) {
    throw new ReplayRefused((error as Error).message);
  }
  for (const topic of sources.flatMap(({ table }) => table.topics)) {
    const target = targetName(to, topic);
    if (!target.endsWith(REPLAY_SUFFIX) && !allowed.includes(target))
      throw new ReplayRefused(
        `--to is "${target}", expected a topic that ends in "${REPLAY_SUFFIX}": others read what comes into this one. Name it again with --allow-topic ${target} if that is what you want`,
      );
  }
  return sources;
}

function requireTable(session: LakeSession, { name }: LakeTable): void {
  const absent = session.absent.find(({ table }) => table === name);
  if (absent) throw new Error(`table ${name} cannot be read: ${absent.reason}`);
}

async function planSource(
  { session, registry }: ReplayClients,
  source: ReplaySource,
  range: TimeRange,
): Promise<PlannedSource> {
  const { rows: answer } = await session.query(hoursQuery(source, range));
  const hours: (Hour & { first: number; last: number; altered: number })[] = answer.map(
    ([dt, hr, rows, first, last, , altered]) => ({
      dt: String(dt),
      hr: String(hr),
      rows: Number(rows),
      first: Number(first),
      last: Number(last),
      altered: Number(altered),
    }),
  );
  return {
    source,
    hours,
    codec: await codecOf(source, registry),
    rows: hours.reduce((sum, { rows }) => sum + rows, 0),
    altered: hours.reduce((sum, { altered }) => sum + altered, 0),
    ...(hours.length > 0
      ? { first: Math.min(...hours.map((it) => it.first)), last: Math.max(...hours.map((it) => it.last)) }
      : {}),
  };
}

async function codecOf({ table }: ReplaySource, registry: RegistryClient): Promise<ValueCodec> {
  if (table.source === 'text') return textCodec;
  // One schema a table: the sink puts the topics of one connector into one shape.
  const subject = `${table.topics[0]!}-value`;
  return avroCodec(subject, await registry.versions(subject));
}

/** A mistyped family would replay nothing without a word. */
async function refuseEmptyFamilies(
  session: LakeSession,
  planned: readonly PlannedSource[],
  range: TimeRange,
): Promise<void> {
  for (const { source, rows } of planned) {
    if (rows > 0 || !source.families) continue;
    const { rows: there } = await session.query(familiesQuery(source, range));
    const names = there.map(
      ([name, count]) => `${(name as string | null) ?? 'no JSON'} (${count as number})`,
    );
    throw new ReplayRefused(
      `${source.table.name} holds nothing of ${source.families.join(', ')} in that time; it holds ${names.join(', ') || 'nothing at all'}`,
    );
  }
}

/** Of the topics that are still there. */
async function partitionCounts(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const there = new Set(await admin.listTopics());
  const found = topics.filter((topic) => there.has(topic));
  if (found.length === 0) return new Map();
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: found });
  return new Map(metadata.map(({ name, partitions }) => [name, partitions.length]));
}

function targetsWanted(
  { to, range, defaults }: ReplayRequest,
  planned: readonly PlannedSource[],
  counts: ReadonlyMap<string, number>,
): TargetWanted[] {
  const wanted = new Map<string, TargetWanted>();
  for (const { source, first } of planned) {
    for (const topic of source.table.topics) {
      const name = targetName(to, topic);
      const before = wanted.get(name);
      wanted.set(name, {
        ...defaults,
        name,
        partitions: Math.max(before?.partitions ?? 0, counts.get(topic) ?? defaults.partitions),
        oldest: Math.min(before?.oldest ?? Infinity, first ?? range.to),
      });
    }
  }
  return [...wanted.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function routesOf(
  { to, defaults }: ReplayRequest,
  topics: readonly string[],
  targets: readonly Target[],
  counts: ReadonlyMap<string, number>,
): Map<string, Route> {
  return new Map(
    topics.map((topic) => {
      const target = targetName(to, topic);
      const { partitions } = targets.find(({ name }) => name === target)!;
      const keepsPartition = partitions === (counts.get(topic) ?? defaults.partitions);
      return [topic, { target, keepsPartition, partitions }];
    }),
  );
}

function targetName(to: string, topic: string): string {
  return to.replaceAll('{topic}', topic);
}
