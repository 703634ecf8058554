import { startEngine } from '../../server/bootstrap';
import type { RunningEngine } from '../../server/bootstrap';
import type { MemoryBroker } from '../../server/broker/memory-broker';
import { CaseWorld } from '../case-world';
import type { Mismatch } from '../compare-records';
import { compareRecords } from '../compare-records';
import { parseJson } from '../json-value';
import type { JsonObject } from '../json-value';
import { decodeRecord, encodeRecord } from '../record-codec';
import type { TestCase } from '../test-case';
import { compareEntity, compareQueryAnswer } from './compare-answers';
import { send } from './http-client';
import type { Answer } from './http-client';
import { protobufLinesAsText } from './protobuf-text';
import type { ExpectedError, RestExpectation } from './rest-case';

const CONFIG = `
listeners=http://127.0.0.1:0
ksql.streams.auto.offset.reset=earliest
ksql.streams.cache.max.bytes.buffering=0
ksql.query.push.v2.enabled=true
`;
const POLL_MS = 2;
/** A push query that does not end by then fails its case. */
const QUERY_TIMEOUT_MS = 20_000;
const PROTOBUF_ROWS = 'application/vnd.ksql.v1+protobuf';

/** A case of the REST suite: a server of its own with topics in memory, asked over HTTP. */
interface RestRun {
  readonly test: TestCase;
  readonly rest: RestExpectation;
  readonly world: CaseWorld;
  readonly running: RunningEngine;
  readonly broker: MemoryBroker;
  readonly url: string;
}

/** Runs a case of the REST suite; gives the first difference. */
export async function playRestCase(test: TestCase, rest: RestExpectation): Promise<Mismatch | undefined> {
  const world = new CaseWorld({}, test.topics);
  const options = { text: CONFIG, memory: true, registry: world.registry, log: () => undefined };
  const running = await startEngine(options);
  try {
    const broker = running.broker as MemoryBroker;
    return await play({ test, rest, world, running, broker, url: running.urls[0]! });
  } finally {
    await running.stop();
  }
}

const isQuery = (statement: string): boolean => /^\s*SELECT\b/i.test(statement);

async function play(run: RestRun): Promise<Mismatch | undefined> {
  const { test, rest } = run;
  await createTopics(run);
  const changes = test.statements.filter((statement) => !isQuery(statement));
  const queries = test.statements.filter(isQuery);
  const entities: JsonObject[] = [];
  for (const statement of changes) {
    const answer = await post(run, '/ksql', statement);
    if (answer.status !== 200) return checkError(rest.error, answer);
    entities.push(...(parseJson(answer.text) as unknown as JsonObject[]));
  }
  for (const source of run.running.engine.catalog.sources())
    run.world.topicFormats.set(source.topic.name, { topic: source.topic, source });
  const answers = await answersOf(run, queries);
  const failed = answers.find(({ status }) => status !== 200);
  if (failed) return checkError(rest.error, failed);
  if (rest.error)
    return { reason: 'nothing was refused', expected: rest.error.message ?? 'an error', got: 'no error' };
  return (
    compareEntities(rest, changes, entities) ??
    compareAnswers(rest, queries, answers) ??
    (await compareOutputs(run))
  );
}

/** Topics that the case names, and those that declarations need, as ksqlDB's own tool makes them. */
async function createTopics({ test, broker }: RestRun): Promise<void> {
  const wanted = new Map(test.topics.map(({ name, partitions }) => [name, partitions ?? 1]));
  for (const statement of test.statements) {
    const isDeclaration = /^\s*CREATE\b/i.test(statement) && !/\bAS\s+SELECT\b/i.test(statement);
    const topic = /KAFKA_TOPIC\s*=\s*'([^']+)'/i.exec(statement)?.[1];
    const partitions = Number(/\bPARTITIONS\s*=\s*(\d+)/i.exec(statement)?.[1] ?? 1);
    if (isDeclaration && topic && !wanted.has(topic)) wanted.set(topic, partitions);
  }
  for (const [name, partitions] of wanted)
    await broker.createTopics([{ name, partitions, replicas: 1, configs: {} }]);
}

async function answersOf(run: RestRun, queries: readonly string[]): Promise<Answer[]> {
  const { engine } = run.running;
  if (!run.rest.waitsForQueries) {
    await sendInputs(run);
    await engine.driver.drained();
    return askAll(run, queries);
  }
  const answers = askAll(run, queries);
  while (engine.transientQueries.list().length < queries.length)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  await sendInputs(run);
  return answers;
}

/** As many answers as the case expects; a query is asked once for each form of rows. */
function askAll(run: RestRun, queries: readonly string[]): Promise<Answer[]> {
  const asked = run.rest.responses.flatMap(({ kind }) => (kind === 'admin' ? [] : [kind]));
  const isTwofold = asked.includes('queryProto');
  return Promise.all(
    queries.flatMap((sql) => [
      withTimeout(run, post(run, '/query', sql)),
      ...(isTwofold ? [withTimeout(run, post(run, '/query', sql, PROTOBUF_ROWS))] : []),
    ]),
  );
}

async function withTimeout({ running }: RestRun, answer: Promise<Answer>): Promise<Answer> {
  const timer = setTimeout(() => running.engine.transientQueries.closeAll(), QUERY_TIMEOUT_MS);
  return answer.finally(() => clearTimeout(timer));
}

function post({ test, url }: RestRun, path: string, ksql: string, accept?: string): Promise<Answer> {
  return send(url, {
    method: 'POST',
    path,
    headers: accept === undefined ? {} : { accept },
    body: JSON.stringify({ ksql, streamsProperties: test.properties }),
  });
}

async function sendInputs({ test, world, running, broker }: RestRun): Promise<void> {
  for (const record of test.inputs) {
    const source = running.engine.catalog.sources().find(({ topic }) => topic.name === record.topic);
    const hasKey = (source?.schema.key.length ?? 1) > 0;
    const { key, value } = await encodeRecord(world, hasKey ? record : { ...record, key: null });
    const headers = (record.headers ?? []).map((header) => ({
      key: header.key,
      value: header.value === null ? null : Buffer.from(header.value, 'base64'),
    }));
    await broker.append([{ topic: record.topic, timestamp: record.timestamp ?? 0, key, value, headers }]);
  }
}

function checkError(expected: ExpectedError | undefined, { text, status }: Answer): Mismatch | undefined {
  const { message } = JSON.parse(text) as { message: string };
  if (!expected) return { reason: 'a statement was refused', expected: 'no error', got: message };
  if (!message.includes(expected.message ?? ''))
    return { reason: 'the message differs', expected: expected.message ?? '', got: message };
  if (expected.status === undefined || expected.status === status) return undefined;
  return { reason: 'the status differs', expected: String(expected.status), got: String(status) };
}

function compareEntities(
  { responses }: RestExpectation,
  statements: readonly string[],
  entities: readonly JsonObject[],
): Mismatch | undefined {
  const expected = responses.flatMap((response) => (response.kind === 'admin' ? [response.entity] : []));
  for (const [i, entity] of expected.entries()) {
    const mismatch = compareEntity(statements[i] ?? 'a statement', entity, entities[i] ?? {});
    if (mismatch) return mismatch;
  }
  return undefined;
}

function compareAnswers(
  { responses }: RestExpectation,
  queries: readonly string[],
  answers: readonly Answer[],
): Mismatch | undefined {
  const expected = responses.filter((response) => response.kind !== 'admin');
  for (const [i, response] of expected.entries()) {
    const got = parseJson(answers[i]?.text ?? '[]') as unknown as JsonObject[];
    const statement = queries[Math.floor((i * queries.length) / expected.length)] ?? 'a query';
    const shown = response.kind === 'queryProto' ? protobufLinesAsText(got) : got;
    const mismatch = compareQueryAnswer(statement, response.lines, shown);
    if (mismatch) return mismatch;
  }
  return undefined;
}

async function compareOutputs({ test, world, broker }: RestRun): Promise<Mismatch | undefined> {
  for (const topic of new Set(test.outputs.map((record) => record.topic))) {
    const got = await Promise.all(broker.records(topic).map((record) => decodeRecord(world, record)));
    const mismatch = compareRecords(
      topic,
      test.outputs.filter((record) => record.topic === topic),
      got,
    );
    if (mismatch) return mismatch;
  }
  return undefined;
}
