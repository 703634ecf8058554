import type { Kafka } from 'kafkajs';
import { readTopics } from '../../resources/kafka/read-topics';
import type { OffsetRange, TopicRecord } from '../../resources/kafka/read-topics';
import { connectorGroup } from '../../stacks/names';
import type { LakeTable } from '../access';
import { coveringRanges } from '../covering-ranges';
import type { LakeSession, LakeSessionOptions } from '../lake-session';
import { goneRanges, openRanges, pendingRange } from './compare-partition';
import type { PartitionState } from './compare-partition';
import { deadLetterOrigins, originKey } from './dead-letters';
import { existing, heldTopics, keyOf } from './held-topics';
import type { TopicEnds } from './held-topics';
import { mayBeOver } from './over';
import { tableOffsets } from './table-offsets';
import type { LakePartition } from './table-offsets';

/** One partition of a topic against its table. */
export interface PartitionCheck {
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
  /** First and last offset in the table; null while it has none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly rows: number;
  /** Records that the sink could not read and put aside. */
  readonly deadLettered: number;
  /** Records without a value where a sink has nothing to write of them: of a table they are rows that say what was deleted. */
  readonly empty: number;
  /** Records that are nowhere and whose declared time in the lake is over. */
  readonly over: number;
  /** Records that the sink has passed and that are nowhere. */
  readonly missing: number;
  readonly missingAt: readonly string[];
  /** Rows beyond the first of their offset. */
  readonly twice: number;
  readonly twiceAt: readonly string[];
  /** Records that the sink has not reached yet. */
  readonly pending: number;
  /** Of these, those that lay below the ends that the check was given. */
  readonly late: number;
  /** Offsets that no row has and that the topic no longer holds, dead letters aside: markers, or lost to retention before the sink came. */
  readonly gone: number;
}

/** Opens the lake as it is now. */
export type OpenLake = (options: Pick<LakeSessionOptions, 'only'>) => Promise<LakeSession>;

const EXAMPLES = 5;

/** Compares one table with its topics as they are now; `open` opens the lake as it is when it is called. */
export function checkTable(open: OpenLake, kafka: Kafka, table: LakeTable): Promise<PartitionCheck[]> {
  return checkTables(open, kafka, [table]);
}

/**
 * Compares tables with their topics. The lake is opened once for all of them.
 * @param ends what must have been reached, such as what lay there some time ago; nothing by default
 */
export async function checkTables(
  open: OpenLake,
  kafka: Kafka,
  tables: readonly LakeTable[],
  ends: TopicEnds = new Map(),
): Promise<PartitionCheck[]> {
  // In this order, so that what arrives meanwhile is pending, never missing: the sinks' word, then the tables, then the topics.
  const committed = new Map<LakeTable, Map<string, bigint>>();
  for (const table of tables) committed.set(table, await committedOffsets(kafka, table));
  const lake = await lakeOffsets(open, tables);
  const checks: PartitionCheck[] = [];
  for (const table of tables) {
    const held = await heldTopics(kafka, table.topics);
    const states = partitionStates(table, committed.get(table)!, lake.get(table)!, held);
    const dead = await deadLetterOrigins(kafka, table.deadLetterTopic);
    const found = await openRecords(kafka, table, states, dead, ends);
    checks.push(...states.map((state) => partitionCheck(table, state, found.get(keyOf(state))!)));
  }
  return checks;
}

/** Whether nothing is missing and nothing is there twice. */
export function isClean(checks: readonly PartitionCheck[]): boolean {
  return checks.every(({ missing, twice }) => missing === 0 && twice === 0);
}

/** Whether everything below the ends that the check was given is reached. */
export function isThrough(checks: readonly PartitionCheck[]): boolean {
  return checks.every(({ late }) => late === 0);
}

/** What lies where no row is. */
interface OpenRecords {
  deadLettered: number;
  empty: number;
  over: number;
  missing: number;
  readonly missingAt: string[];
  pending: number;
  late: number;
  gone: number;
}

async function lakeOffsets(
  open: OpenLake,
  tables: readonly LakeTable[],
): Promise<Map<LakeTable, LakePartition[]>> {
  const session = await open({ only: tables.map(({ name }) => name) });
  const found = new Map<LakeTable, LakePartition[]>();
  try {
    for (const table of tables)
      found.set(table, session.has(table.name) ? await tableOffsets(session, table.name) : []);
    return found;
  } finally {
    session.close();
  }
}

async function committedOffsets(
  kafka: Kafka,
  { connector, topics }: LakeTable,
): Promise<Map<string, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const answer = await admin.fetchOffsets({
      groupId: connectorGroup({ name: connector }),
      topics: await existing(kafka, topics),
    });
    const known = answer.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset }) => [keyOf({ topic, partition }), BigInt(offset)] as const),
    );
    return new Map(known);
  } finally {
    await admin.disconnect();
  }
}

function partitionStates(
  { topics }: LakeTable,
  committed: ReadonlyMap<string, bigint>,
  lake: readonly LakePartition[],
  held: ReadonlyMap<string, ReadonlyMap<number, OffsetRange>>,
): PartitionState[] {
  const names = [
    ...lake.map(({ topic, partition }) => ({ topic, partition })),
    ...topics.flatMap((topic) =>
      [...(held.get(topic)?.keys() ?? [])].map((partition) => ({ topic, partition })),
    ),
  ];
  const unique = new Map(names.map((name) => [keyOf(name), name]));
  const states = [...unique].map(([key, { topic, partition }]) => ({
    topic,
    partition,
    held: held.get(topic)?.get(partition),
    committed: committed.get(key),
    lake: lake.find((it) => keyOf(it) === key),
  }));
  return states.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

/** Reads what lies where no row is, and says what it is. */
async function openRecords(
  kafka: Kafka,
  table: LakeTable,
  states: readonly PartitionState[],
  dead: ReadonlySet<string>,
  ends: TopicEnds,
): Promise<Map<string, OpenRecords>> {
  const open = new Map(
    states.map((state) => [keyOf(state), { passed: openRanges(state), pending: pendingRange(state) }]),
  );
  const found = new Map(
    states.map((state) => [keyOf(state), { ...nothingOpen(), gone: goneOffsets(state, dead) }]),
  );
  const ranges = coveringRanges(
    states.flatMap(({ topic, partition }) => {
      const { passed, pending } = open.get(keyOf({ topic, partition }))!;
      return [...passed, ...(pending ? [pending] : [])].map((range) => ({ topic, partition, ...range }));
    }),
  );
  await readTopics(kafka, ranges, (record) => {
    const key = keyOf(record);
    const { passed, pending } = open.get(key)!;
    const counts = found.get(key)!;
    if (passed.some((range) => isWithin(record, range))) classify(counts, record, dead, table);
    else if (pending && isWithin(record, pending)) {
      // A sink says nothing of its progress as long as all that comes is unreadable.
      if (dead.has(originKey(record))) counts.deadLettered++;
      else {
        counts.pending++;
        if (record.offset < (ends.get(key) ?? 0n)) counts.late++;
      }
    }
  });
  return found;
}

function goneOffsets(state: PartitionState, dead: ReadonlySet<string>): number {
  const ranges = goneRanges(state);
  const all = ranges.reduce((sum, { from, to }) => sum + Number(to - from), 0);
  if (all === 0) return 0;
  const prefix = `${keyOf(state)}/`;
  const known = [...dead].filter((origin) => {
    if (!origin.startsWith(prefix)) return false;
    const offset = BigInt(origin.slice(prefix.length));
    return ranges.some(({ from, to }) => offset >= from && offset < to);
  });
  return all - known.length;
}

function nothingOpen(): OpenRecords {
  return { deadLettered: 0, empty: 0, over: 0, missing: 0, missingAt: [], pending: 0, late: 0, gone: 0 };
}

function isWithin({ offset }: TopicRecord, { from, to }: OffsetRange): boolean {
  return offset >= from && offset < to;
}

function classify(
  counts: OpenRecords,
  record: TopicRecord,
  dead: ReadonlySet<string>,
  table: LakeTable,
): void {
  if (dead.has(originKey(record))) counts.deadLettered++;
  else if (record.value === null && !table.row?.isTable) counts.empty++;
  else if (mayBeOver(record, table, Date.now())) counts.over++;
  else {
    counts.missing++;
    if (counts.missingAt.length < EXAMPLES) counts.missingAt.push(String(record.offset));
  }
}

function partitionCheck(
  { name }: LakeTable,
  state: PartitionState,
  { deadLettered, empty, over, missing, missingAt, pending, late, gone }: OpenRecords,
): PartitionCheck {
  const { topic, partition, lake } = state;
  return {
    table: name,
    topic,
    partition,
    first: lake ? String(lake.first) : null,
    last: lake ? String(lake.last) : null,
    rows: Number(lake?.rows ?? 0n),
    deadLettered,
    empty,
    over,
    missing,
    missingAt,
    twice: Number(lake?.twice ?? 0n),
    twiceAt: (lake?.twiceAt ?? []).map(String),
    pending,
    late,
    gone,
  };
}
