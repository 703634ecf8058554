import type { PersistentQueryPlan } from '../../engine/index';
import type { SourceStep, Step, WindowSpec } from '../../engine/planner/plan';
import type { Connector } from '../../resources/connector/connector';
import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import type { DeclaredQuery } from '../../resources/query/query';
import type { LiveTopic } from '../../resources/topic/topic';
import { topicBytes, topicSizes } from '../topic-sizes';
import type { Reread } from './entry';

export interface RereadInput {
  readonly created: readonly { readonly name: string; readonly plan: PersistentQueryPlan }[];
  readonly queries: readonly DeclaredQuery[];
  readonly connectors: readonly Connector[];
  readonly kafka: KafkaAdmin;
  readonly readTopics: (names: readonly string[]) => Promise<ReadonlyMap<string, LiveTopic>>;
}

/** What new queries read before they have caught up, and what they can no longer read. */
export async function estimateRereads(input: RereadInput): Promise<Reread[]> {
  const wanted = input.created.map(({ name, plan }) => ({ name, ...needsOf(plan) }));
  const topics = [...new Set(wanted.flatMap((one) => one.topics))];
  if (topics.length === 0) return [];
  const [sizes, bytes, live] = await Promise.all([
    topicSizes(input.kafka, topics),
    topicBytes(input.kafka, topics),
    input.readTopics(topics),
  ]);
  return wanted.map(({ name, topics: own, window }) => ({
    query: name,
    topics: own
      .filter((topic) => sizes.has(topic))
      .map((topic) => ({ topic, records: sizes.get(topic)!.records, bytes: bytes.get(topic) ?? 0 })),
    warnings: own.flatMap((topic) => {
      const size = sizes.get(topic);
      const found = live.get(topic);
      if (!size || !found) return [];
      return tooShort(topic, size.gone, found, window).map((text) => `${text}; ${whereElse(topic, input)}`);
    }),
  }));
}

interface Needs {
  readonly topics: readonly string[];
  /** Of the widest window; absent: what it holds goes back to the beginning. */
  readonly window?: WindowSpec;
}

function needsOf({ root }: PersistentQueryPlan): Needs {
  const steps = allSteps(root);
  const topics = steps
    .filter((step): step is SourceStep => 'sourceName' in step)
    .map(({ topic }) => topic.name);
  const windows = steps.flatMap((step) => ('window' in step && step.window ? [step.window] : []));
  const widest = windows.sort((a, b) => b.retentionMs - a.retentionMs)[0];
  return { topics: [...new Set(topics)], window: widest };
}

function allSteps(step: Step): Step[] {
  const below = 'left' in step ? [step.left, step.right] : 'source' in step ? [step.source] : [];
  return [step, ...below.flatMap(allSteps)];
}

/** A compacted topic holds the last of each key; any other holds what its retention leaves. */
function tooShort(
  topic: string,
  gone: number,
  { config }: LiveTopic,
  window: WindowSpec | undefined,
): string[] {
  // Nothing has been taken away yet: the new version finds all that there was.
  if (gone === 0) return [];
  if ((config['cleanup.policy'] ?? '').includes('compact')) return [];
  const retentionMs = Number(config['retention.ms'] ?? -1);
  if (retentionMs < 0) return [];
  if (window && retentionMs >= window.retentionMs) return [];
  const needs = window
    ? `its windows are kept for ${days(window.retentionMs)}`
    : 'what it counts goes back to the beginning';
  return [`${topic} keeps ${days(retentionMs)} while ${needs}, and ${gone} offsets are gone already`];
}

function days(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  return hours >= 48 ? `${Math.round(hours / 24)} days` : `${Math.round(hours * 10) / 10} hours`;
}

/** The lake holds what raw topics have forgotten. */
function whereElse(topic: string, { queries, connectors }: RereadInput): string {
  const raw = rawTopics(topic, queries);
  const places = connectors.flatMap(({ name, config }) => {
    const own = (config.topics ?? '').split(',').filter((one) => raw.includes(one.trim()));
    const path = config['iceberg.tables.auto-create-props.write.data.path'];
    const table = config['iceberg.tables'];
    return own.length > 0 && table
      ? [
          `${own.join(', ')} lies in the lake as ${table}${path ? ` (${path})` : ''}, written by connector ${name}`,
        ]
      : [];
  });
  if (places.length === 0)
    return `no connector writes ${raw.join(', ')} to the lake: what is gone cannot be filled`;
  return `fill it by replaying from the lake: ${places.join('; ')}`;
}

/** The topics from outside that a topic is computed from. */
export function rawTopics(
  topic: string,
  queries: readonly DeclaredQuery[],
  seen: readonly string[] = [],
): string[] {
  if (seen.includes(topic)) return [];
  const writers = queries.filter(({ statements }) =>
    statements.some(({ facts }) => facts.writesTopic === topic),
  );
  if (writers.length === 0) return [topic];
  const byName = new Map(queries.map((query) => [query.name, query]));
  const sources = writers.flatMap(({ statements }) => statements.flatMap(({ facts }) => facts.needs));
  const topics = sources.flatMap((name) => topicOf(byName.get(name)));
  return [...new Set(topics.flatMap((one) => rawTopics(one, queries, [...seen, topic])))];
}

function topicOf(query: DeclaredQuery | undefined): string[] {
  return query?.statements.flatMap(({ facts }) => facts.writesTopic ?? facts.readsTopic ?? []) ?? [];
}
