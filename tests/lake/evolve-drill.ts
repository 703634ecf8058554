import { isClean } from '../../lake';
import type { PartitionCheck } from '../../lake';
import { avroWriter } from './lake-setting';
import type { LakeSetting } from './lake-setting';

export const SCRAPES = 'telemetry.orchestrator_scrape';
export const SCRAPE_TOPIC = 'telemetry.orchestrator_scrape.v1';
const SUBJECT = `${SCRAPE_TOPIC}-value`;

export interface EvolveDrill {
  /** New versions of the schema, each with an optional field more. */
  readonly versions: number;
  /** Of each version, the first one included. */
  readonly records: number;
  /** In one request. */
  readonly batch: number;
}

export interface EvolveDrillResult {
  readonly sent: number;
  readonly checks: readonly PartitionCheck[];
  readonly isClean: boolean;
  /** By column that came later: rows that have a value there. */
  readonly filled: Readonly<Record<string, number>>;
}

type Writer = (value: object) => Buffer;

/** The schema gets one version after another while records come in: who writes the old one goes on meanwhile. */
export async function evolveDrill(
  setting: LakeSetting,
  { versions, records, batch }: EvolveDrill,
): Promise<EvolveDrillResult> {
  const { registry } = setting;
  const [declared] = await registry.versions(SUBJECT);
  const schema = JSON.parse(declared!.schema) as { fields: object[] };
  const columns: string[] = [];
  const load = (writer: Writer): Promise<void> =>
    produce(setting, writer, columns.at(-1), { records, batch });
  let writing = load(avroWriter(declared!.id, declared!.schema));
  for (let version = 1; version <= versions; version++) {
    columns.push(`added_later_${version}`);
    schema.fields.push({ name: columns.at(-1), type: ['null', 'string'], default: null });
    const text = JSON.stringify(schema);
    await registry.register({
      subject: SUBJECT,
      schemaType: 'AVRO',
      schema: text,
      compatibility: 'BACKWARD',
    });
    const newest = (await registry.versions(SUBJECT)).at(-1)!;
    const next = load(avroWriter(newest.id, newest.schema));
    await Promise.all([writing, next]);
    writing = next;
  }
  await writing;
  const checks = await setting.drained(SCRAPES);
  const sent = (versions + 1) * records;
  return {
    sent,
    checks,
    isClean: isClean(checks) && checks.every(({ pending }) => pending === 0),
    filled: await filledRows(setting, columns),
  };
}

async function produce(
  { kafka }: LakeSetting,
  writer: Writer,
  column: string | undefined,
  { records, batch }: Pick<EvolveDrill, 'records' | 'batch'>,
): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  for (let sent = 0; sent < records; sent += batch) {
    const messages = Array.from({ length: Math.min(batch, records - sent) }, (_, index) => {
      const n = sent + index;
      const more = column === undefined ? {} : { [column]: `x${n}` };
      return { key: `o${n % 5}`, value: writer({ ...poll(`${column ?? 'e'}-${n}`, n), ...more }) };
    });
    await producer.send({ topic: SCRAPE_TOPIC, messages });
  }
  await producer.disconnect();
}

async function filledRows(setting: LakeSetting, columns: readonly string[]): Promise<Record<string, number>> {
  const session = await setting.open({ only: [SCRAPES] });
  try {
    const counts = columns.map((column) => `count(${column})::INTEGER`).join(', ');
    const { rows } = await session.query(`SELECT ${counts} FROM ${SCRAPES}`);
    return Object.fromEntries(columns.map((column, index) => [column, Number(rows[0]![index])]));
  } finally {
    session.close();
  }
}

/** A time that no retention has expired: brokers look for such records at any moment. */
const POLLED_AT = Date.now() - 60_000;

/** A poll as the scraper writes it. */
function poll(id: string, n: number): Record<string, unknown> {
  return {
    event_id: id,
    source_event_time: POLLED_AT + n,
    scrape_time: POLLED_AT + n,
    orchestrator_id: `o${n % 5}`,
    target_id: 't1',
    region: 'unknown',
    event_type: 'runner_health',
    endpoint: 'http://127.0.0.1:1/health',
    outcome: 'heartbeat',
    duration_ms: 1,
  };
}
