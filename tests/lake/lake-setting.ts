import { readFileSync } from 'node:fs';
import { Type } from 'avsc';
import type { Schema } from 'avsc';
import type { Kafka } from 'kafkajs';
import { LAKE_READER, install, openStack, settle } from '../../lab';
import { LakeSession, checkTable, isClean, lakeAccess } from '../../lake';
import type { LakeAccess, LakeTable, PartitionCheck } from '../../lake';
import { HttpClient } from '../../resources/http/http-client';
import { heldRanges, kafkaClient, readTopics } from '../../resources/kafka/read-topics';
import type { TopicRecord } from '../../resources/kafka/read-topics';
import { RegistryClient } from '../../resources/subject/registry-client';
import type { DeclaredPlatform } from '../faults/declared-platform';

/** The lake of a test's platform, and what is asked of it again and again. */
export interface LakeSetting {
  readonly access: LakeAccess;
  readonly kafka: Kafka;
  readonly registry: RegistryClient;
  readonly open: (options?: {
    readonly only?: readonly string[];
    readonly asOf?: Date;
  }) => Promise<LakeSession>;
  readonly table: (name: string) => LakeTable;
  readonly check: (name: string) => Promise<PartitionCheck[]>;
  /** Waits until the sink has taken everything; the last check either way. */
  readonly drained: (name: string, timeoutMs?: number) => Promise<PartitionCheck[]>;
  /** Waits for so many: a transaction's marks are written after it was committed. */
  readonly records: (topic: string, atLeast?: number) => Promise<TopicRecord[]>;
}

const POLL_MS = 500;
const DRAINED_MS = 90_000;
const STABLE = { timeoutMs: 30_000, pollMs: 500 };

export async function lakeSetting({
  settings,
  endpoints,
}: Pick<DeclaredPlatform, 'settings' | 'endpoints'>): Promise<LakeSetting> {
  const { environment, declaration } = openStack(settings, 'dev');
  const access = lakeAccess(environment, declaration);
  const extensions = (await install(settings, LAKE_READER)).folder;
  const { username, passwordFile } = endpoints.kafka.admin;
  const kafka = kafkaClient(endpoints.kafka, { username, password: readFileSync(passwordFile, 'utf8') });
  const open: LakeSetting['open'] = (options = {}) => LakeSession.open({ access, extensions, ...options });
  const table = (name: string): LakeTable => access.tables.find((it) => it.name === name)!;
  const check = (name: string): Promise<PartitionCheck[]> => checkTable(open, kafka, table(name));
  return {
    access,
    kafka,
    registry: new RegistryClient(new HttpClient({ url: endpoints.registry.url })),
    open,
    table,
    check,
    drained: async (name, timeoutMs = DRAINED_MS) => {
      const { value } = await settle(() => check(name), unfinished, { timeoutMs, pollMs: POLL_MS });
      return value;
    },
    records: async (topic, atLeast = 0) => {
      const enough = (found: readonly TopicRecord[]): string | undefined =>
        found.length >= atLeast ? undefined : `${found.length} of ${atLeast}`;
      const { value } = await settle(() => readTopic(kafka, topic), enough, STABLE);
      return value;
    },
  };
}

function unfinished(checks: readonly PartitionCheck[]): string | undefined {
  const isDone = isClean(checks) && checks.every(({ pending }) => pending === 0);
  return isDone ? undefined : JSON.stringify(checks);
}

async function readTopic(kafka: Kafka, topic: string): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  await readTopics(kafka, await heldRanges(kafka, [topic]), (record) => records.push(record));
  return records;
}

/** A writer of one version of a schema: a value in the registry's wire format. */
export function avroWriter(id: number, schema: string): (value: object) => Buffer {
  const type = Type.forSchema(JSON.parse(schema) as Schema);
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return (value) => Buffer.concat([header, type.toBuffer(type.clone(value, { wrapUnions: true }))]);
}
