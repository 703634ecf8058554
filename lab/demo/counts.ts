import type { PlatformEndpoints } from '../../resources/endpoints';
import type { ConnectorDefinition } from '../../stacks/connector-definition';
import type { Declaration } from '../../stacks/declaration';
import { TELEMETRY_TOPIC, deadLetterTopic } from '../../stacks/names';
import { lakeRows } from '../measure/lake-rows';
import { countRecords } from '../measure/topic-records';
import type { TopicRecords } from '../measure/topic-records';

/** What became of the gateways' events, as the topics show it. */
export interface GatewayCounts {
  /** Records in the gateway topic. */
  readonly received: number;
  /** Records that ksqlDB has judged; equal to `received` once it has caught up. */
  readonly judged: number;
  readonly valid: number;
  readonly ignored: number;
  readonly deadLettered: number;
  /** Second and further copies of valid events. */
  readonly duplicates: number;
  /** Records without a value: they hold no event, so nobody can judge them. Gateways send none. */
  readonly empty: number;
}

/** One table of the lake beside the topics that it is filled from. */
export interface LakeCounts {
  readonly table: string;
  readonly records: number;
  /** Records that the connector could not read. */
  readonly deadLettered: number;
  readonly rows: number;
}

/** Topics of the bronze layer, by what they hold. */
function topicsOf(versions: Declaration['versions']) {
  const running = (name: string): number => versions[name]?.running ?? 1;
  return {
    received: TELEMETRY_TOPIC.gateway,
    judged: `bronze.gateway_event.v${running('gateway_event')}`,
    ignored: `bronze.gateway_ignored.v${running('gateway_ignored')}`,
    deadLettered: deadLetterTopic(versions),
    valid: `bronze.gateway_event_once.v${running('gateway_event_once')}`,
  };
}

/** Counts the gateway topic and what bronze made of it, by reading the topics to their ends. */
export async function gatewayCounts(
  endpoints: PlatformEndpoints,
  { versions }: Pick<Declaration, 'versions'>,
): Promise<GatewayCounts> {
  const topics = topicsOf(versions);
  const counts = await countRecords(endpoints, Object.values(topics));
  const of = (topic: string): TopicRecords => counts.get(topic)!;
  return {
    received: of(topics.received).records,
    judged: of(topics.judged).records,
    ignored: of(topics.ignored).records,
    // Without a value: the note that one was sent back.
    deadLettered: of(topics.deadLettered).values,
    // Keys, as compaction may have left only the tombstone that the second copy wrote.
    valid: of(topics.valid).keys,
    duplicates: repeats(of(topics.judged)) - repeats(of(topics.ignored)) - repeats(of(topics.deadLettered)),
    empty: of(topics.received).records - of(topics.received).values,
  };
}

/** Records whose key, the event's id, came before. */
const repeats = ({ records, keys }: TopicRecords): number => records - keys;

/** The difference of two counts. */
export function countsSince(before: GatewayCounts, after: GatewayCounts): GatewayCounts {
  const keys = Object.keys(after) as (keyof GatewayCounts)[];
  return Object.fromEntries(keys.map((key) => [key, after[key] - before[key]])) as unknown as GatewayCounts;
}

/** Why the counts do not add up; undefined when they do. `sent` is what the players saw acknowledged. */
export function imbalance(sent: number, counts: GatewayCounts): string | undefined {
  const { received, judged, valid, ignored, deadLettered, duplicates, empty } = counts;
  if (received !== sent) return `${sent} sent, ${received} in the gateway topic`;
  if (judged !== received) return `${received} received, ${judged} judged so far`;
  const sum = valid + ignored + deadLettered + duplicates + empty;
  if (sum === sent) return undefined;
  return `${sent} sent, but ${valid} valid + ${ignored} ignored + ${deadLettered} dead-lettered + ${duplicates} duplicates${emptyText(empty)} = ${sum}`;
}

/** Named only where there are any. */
export function emptyText(empty: number): string {
  return empty === 0 ? '' : ` + ${empty} without a value`;
}

/** Counts the topics of each connector with a table of its own, and the table's rows. */
export async function lakeCounts(
  endpoints: PlatformEndpoints,
  bucket: string,
  connectors: readonly ConnectorDefinition[],
): Promise<LakeCounts[]> {
  const raw = connectors.flatMap((connector) =>
    connector.lake ? [{ ...connector, lake: connector.lake }] : [],
  );
  const topics = raw.flatMap((connector) => [...connector.topics, connector.deadLetterTopic]);
  const counts = await countRecords(endpoints, [...new Set(topics)]);
  return Promise.all(
    raw.map(async (connector) => ({
      table: connector.lake.table,
      records: connector.topics.reduce((sum, topic) => sum + kept(connector, counts.get(topic)!), 0),
      deadLettered: counts.get(connector.deadLetterTopic)!.records,
      rows: await lakeRows(endpoints, bucket, connector.lake.table),
    })),
  );
}

/** Raw text keeps every record; a typed sink skips records without a value. */
function kept({ source }: ConnectorDefinition, { records, values }: TopicRecords): number {
  return source === 'text' ? records : values;
}

/** Why the lake does not hold what the topics do; undefined when it does. */
export function lakeImbalance(tables: readonly LakeCounts[]): string | undefined {
  const wrong = tables.find(({ records, deadLettered, rows }) => rows + deadLettered !== records);
  if (!wrong) return undefined;
  const { table, records, deadLettered, rows } = wrong;
  return `table ${table} has ${rows} rows and ${deadLettered} dead letters of ${records} records`;
}
