import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { Kafka, logLevel } from 'kafkajs';
import type { SASLOptions } from 'kafkajs';
import { sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { projectRoot } from '../../lab/paths';
import { HttpClient } from '../../resources/http/http-client';
import { KsqldbClient } from '../../resources/query/ksqldb-client';
import { readDeclaration } from '../../stacks/declaration';
import type { StockServers } from './servers';

const PARTITIONS = 4;
const SEEN_MS = 60_000;
const RAW = /^telemetry\.(gateway|orchestrator_scrape|gpu_metrics|job_results)\.v1$/;

/** A client of the servers' brokers. */
export function kafkaOf({ bootstrap, login }: StockServers): Kafka {
  return new Kafka({
    clientId: 'naap-stock-test',
    brokers: [...bootstrap],
    sasl: login as SASLOptions | undefined,
    logLevel: logLevel.ERROR,
  });
}

/**
 * Makes on stock servers what the pipeline needs, from the same files as everywhere: raw topics, schemas, then every statement of
 * `ksql/` in its order. Throws with the file and the server's own words for the first that is refused.
 */
export async function applyPipeline(servers: StockServers): Promise<{ readonly queries: number }> {
  const declaration = readDeclaration(projectRoot());
  const dev = Object.fromEntries(
    Object.entries(declaration.variables).map(([name, value]) => [name, String(value.dev ?? value.default)]),
  );
  const objects = sqlObjects({ ...dev, partitions: String(PARTITIONS), replicas: '1' });
  const topics = rawTopics(objects.flatMap(({ statements }) => statements));
  await createTopics(servers, topics);
  await seesTopics(servers, topics);
  for (const { subject, schema } of declaration.schemas) await register(servers, subject, schema);
  const ksqldb = new KsqldbClient(new HttpClient({ url: servers.ksqldbUrl }));
  for (const { file, statements } of objects) {
    for (const { text, properties } of statements) {
      try {
        await ksqldb.execute({ text, properties: { 'auto.offset.reset': 'earliest', ...properties } });
      } catch (error) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  const { queries } = await ksqldb.state();
  const stopped = queries.filter(({ state }) => state !== 'RUNNING');
  if (stopped.length > 0)
    throw new Error(`not RUNNING: ${stopped.map(({ id, state }) => `${id} ${state}`).join(', ')}`);
  return { queries: queries.length };
}

/** Topics that statements read or add to, and that none of them makes. */
function rawTopics(
  statements: readonly { readonly facts: { readonly readsTopic?: string; readonly writesTopic?: string } }[],
): string[] {
  const made = new Set(statements.map(({ facts }) => facts.writesTopic));
  const read = new Set(statements.map(({ facts }) => facts.readsTopic));
  return [...read].filter(
    (topic): topic is string => topic !== undefined && (!made.has(topic) || RAW.test(topic)),
  );
}

async function createTopics(servers: StockServers, names: readonly string[]): Promise<void> {
  const admin = kafkaOf(servers).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      topics: names.map((topic) => ({
        topic,
        numPartitions: PARTITIONS,
        replicationFactor: 1,
        configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

/** A broker tells of a new topic a moment after it was made; a statement over it is refused before. */
async function seesTopics({ ksqldbUrl }: StockServers, names: readonly string[]): Promise<void> {
  const end = Date.now() + SEEN_MS;
  for (;;) {
    const { data } = await axios.post<readonly { readonly topics?: readonly { readonly name: string }[] }[]>(
      `${ksqldbUrl}/ksql`,
      { ksql: 'SHOW TOPICS;', streamsProperties: {} },
      { proxy: false },
    );
    const seen = new Set(data[0]?.topics?.map(({ name }) => name));
    const missing = names.filter((name) => !seen.has(name));
    if (missing.length === 0) return;
    if (Date.now() > end) throw new Error(`ksqlDB does not see ${missing.join(', ')}`);
    await sleep(500);
  }
}

async function register({ registryUrl }: StockServers, subject: string, schema: string): Promise<void> {
  const { status, data } = await axios.post<unknown>(
    `${registryUrl}/subjects/${encodeURIComponent(subject)}/versions`,
    { schema, schemaType: 'AVRO' },
    { validateStatus: () => true, proxy: false },
  );
  if (status !== 200) throw new Error(`${subject}: the registry answers ${status}: ${JSON.stringify(data)}`);
}
