import { readFileSync } from 'node:fs';
import { readCase } from '../../../engine/testing/case-file';
import { CaseWorld } from '../../../engine/testing/case-world';
import { compareRecords } from '../../../engine/testing/compare-records';
import { parseJson } from '../../../engine/testing/json-value';
import type { JsonObject } from '../../../engine/testing/json-value';
import { decodeRecord, encodeRecord } from '../../../engine/testing/record-codec';
import type { TestCase } from '../../../engine/testing/test-case';
import { startEngine } from '../../../engine/server/bootstrap';
import type { RunningEngine } from '../../../engine/server/bootstrap';
import type { MemoryBroker } from '../../../engine/server/broker/memory-broker';
import { send } from './http-client';
import type { Answer } from './http-client';

/** A case of ksqlDB's published REST suite; `format` gives it once a format. */
export interface RestCase {
  readonly name: string;
  readonly statements: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly responses: readonly {
    readonly admin?: object;
    readonly query?: readonly object[];
    readonly queryProto?: readonly object[];
  }[];
  readonly expectedError?: { readonly message?: string; readonly status?: number };
  readonly waits: boolean;
  readonly records: TestCase;
}

interface CaseJson {
  readonly name: string;
  readonly format?: readonly string[];
  readonly statements: readonly string[];
  readonly properties?: Record<string, unknown>;
  readonly responses?: RestCase['responses'];
  readonly expectedError?: RestCase['expectedError'];
  readonly inputConditions?: { readonly waitForActivePushQuery?: boolean };
}

export function readRestCases(file: string): RestCase[] {
  const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { tests: CaseJson[] };
  return tests.flatMap((test) => (test.format ?? ['']).map((format) => readRestCase(test, format)));
}

function readRestCase(test: CaseJson, format: string): RestCase {
  const text = JSON.stringify(test).replaceAll('{FORMAT}', format);
  const json = JSON.parse(text) as CaseJson;
  return {
    name: format === '' ? json.name : `${json.name} - ${format}`,
    statements: json.statements,
    properties: json.properties ?? {},
    responses: json.responses ?? [],
    expectedError: json.expectedError,
    waits: json.inputConditions?.waitForActivePushQuery ?? false,
    records: readCase(parseJson(text) as JsonObject, format),
  };
}

const CONFIG = `
listeners=http://127.0.0.1:0
ksql.streams.auto.offset.reset=earliest
ksql.streams.cache.max.bytes.buffering=0
ksql.query.push.v2.enabled=true
`;

/** Runs a case on an engine of its own; throws what differs. */
export async function runRestCase(test: RestCase): Promise<void> {
  const world = new CaseWorld({}, test.records.topics);
  const running = await startEngine({
    text: CONFIG,
    memory: true,
    registry: world.registry,
    log: () => undefined,
  });
  try {
    await play(test, world, running);
  } finally {
    await running.stop();
  }
}

async function play(test: RestCase, world: CaseWorld, running: RunningEngine): Promise<void> {
  const base = running.urls[0]!;
  const properties = Object.fromEntries(
    Object.entries(test.properties).map(([name, value]) => [name, String(value)]),
  );
  await createTopics(test, running.broker as MemoryBroker);
  const queries = test.statements.filter((statement) => /^\s*SELECT\b/i.test(statement));
  const changes = test.statements.filter((statement) => !queries.includes(statement));
  const refusal = await runChanges(base, changes, properties);
  if (refusal) return checkError(test, refusal);
  rememberFormats(world, running);
  const runQueries = () => Promise.all(queries.map((sql) => query(base, sql, properties)));
  let answers: Answer[];
  if (test.waits) {
    const pending = runQueries();
    while (running.engine.transientQueries.list().length < queries.length)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await sendInputs(test, world, running);
    answers = await pending;
  } else {
    await sendInputs(test, world, running);
    await running.engine.driver.drained();
    answers = await runQueries();
  }
  const failed = answers.find(({ status }) => status !== 200);
  if (failed) return checkError(test, failed);
  if (test.expectedError) throw new Error(`no error, expected: ${test.expectedError.message}`);
  compareAnswers(test, answers);
  await compareOutputs(test, world, running.broker as MemoryBroker);
}

/** Topics that the case names, and those that declarations need, as ksqlDB's own tool makes them. */
async function createTopics(test: RestCase, broker: MemoryBroker): Promise<void> {
  const wanted = new Map(test.records.topics.map(({ name, partitions }) => [name, partitions ?? 1]));
  for (const statement of test.statements) {
    const isDeclaration = /^\s*CREATE\b/i.test(statement) && !/\bAS\s+SELECT\b/i.test(statement);
    const topic = /KAFKA_TOPIC\s*=\s*'([^']+)'/i.exec(statement)?.[1];
    const partitions = Number(/\bPARTITIONS\s*=\s*(\d+)/i.exec(statement)?.[1] ?? 1);
    if (isDeclaration && topic && !wanted.has(topic)) wanted.set(topic, partitions);
  }
  for (const [name, partitions] of wanted)
    await broker.createTopic({ name, partitions, replicas: 1, configs: {} });
}

async function runChanges(
  base: string,
  statements: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<Answer | undefined> {
  for (const text of statements) {
    const answer = await send(base, {
      method: 'POST',
      path: '/ksql',
      body: JSON.stringify({ ksql: text, streamsProperties: properties }),
    });
    if (answer.status !== 200) return answer;
  }
  return undefined;
}

function query(base: string, sql: string, properties: Readonly<Record<string, string>>): Promise<Answer> {
  return send(base, {
    method: 'POST',
    path: '/query',
    body: JSON.stringify({ ksql: sql, streamsProperties: properties }),
  });
}

function rememberFormats(world: CaseWorld, running: RunningEngine): void {
  for (const source of running.engine.catalog.sources())
    world.topicFormats.set(source.topic.name, { topic: source.topic, source });
}

async function sendInputs(test: RestCase, world: CaseWorld, running: RunningEngine): Promise<void> {
  for (const record of test.records.inputs) {
    const hasKey =
      (running.engine.catalog.sources().find(({ topic }) => topic.name === record.topic)?.schema.key.length ??
        1) > 0;
    const { key, value } = await encodeRecord(world, hasKey ? record : { ...record, key: null });
    const headers = (record.headers ?? []).map((header) => ({
      key: header.key,
      value: header.value === null ? null : Buffer.from(header.value, 'base64'),
    }));
    await running.broker.append([
      { topic: record.topic, timestamp: record.timestamp ?? 0, key, value, headers },
    ]);
  }
}

function checkError(test: RestCase, answer: Answer): void {
  const { message } = JSON.parse(answer.text) as { message: string };
  if (!test.expectedError) throw new Error(`refused: ${message}`);
  const { message: expected = '', status } = test.expectedError;
  if (!message.includes(expected))
    throw new Error(`another error.\nexpected: ${expected}\nfound:    ${message}`);
  if (status !== undefined && status !== answer.status)
    throw new Error(`status ${answer.status}, ${status} expected`);
}

function compareAnswers(test: RestCase, answers: readonly Answer[]): void {
  const expected = test.responses.flatMap(({ query: rows }) => (rows ? [rows] : []));
  expected.forEach((rows, i) =>
    expect(comparable(JSON.parse(answers[i]!.text) as object[], rows)).toEqual(comparable(rows, rows)),
  );
}

/** Rows in any order (they lie in partitions); of the header only what the case names. */
function comparable(lines: readonly object[], expected: readonly object[]): unknown {
  const isRow = (line: object) => 'row' in line;
  const rows = lines
    .filter(isRow)
    .map((line) => JSON.stringify(line))
    .sort();
  const header = lines[0] as { header: Record<string, string> };
  const wanted = Object.keys((expected[0] as { header: object }).header).map((name) => name.split('|')[0]!);
  const given = Object.fromEntries(
    Object.entries(header.header).map(([name, value]) => [name.split('|')[0]!, value]),
  );
  return {
    header: Object.fromEntries(
      wanted.map((name) => [
        name,
        name === 'queryId' ? given[name]?.replace(/^(SCALABLE_PUSH_QUERY).*/, '$1') : given[name],
      ]),
    ),
    rows,
    rest: lines.slice(1).filter((line) => !isRow(line)),
  };
}

async function compareOutputs(test: RestCase, world: CaseWorld, broker: MemoryBroker): Promise<void> {
  for (const topic of new Set(test.records.outputs.map((record) => record.topic))) {
    const got = await Promise.all(broker.records(topic).map((record) => decodeRecord(world, record)));
    const mismatch = compareRecords(
      topic,
      test.records.outputs.filter((record) => record.topic === topic),
      got,
    );
    if (mismatch)
      throw new Error(`${mismatch.reason}\nexpected: ${mismatch.expected}\nfound:    ${mismatch.got}`);
  }
}
