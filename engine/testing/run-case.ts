import { CaseWorld } from './case-world';
import { compareRecords } from './compare-records';
import type { Mismatch } from './compare-records';
import { checkPost } from './post-checks';
import { decodeRecord, encodeRecord } from './record-codec';
import type { CaseRecord, CaseResult, TestCase } from './test-case';

/** Runs one case from nothing and compares all that it expects. Never throws. */
export async function runCase(file: string, test: TestCase): Promise<CaseResult> {
  const base = { file, name: test.name, variant: test.variant };
  const world = new CaseWorld(test.properties, []);
  try {
    const mismatch = await play(new CaseWorld(test.properties, test.topics), test);
    return mismatch === undefined
      ? { ...base, status: 'passed' }
      : { ...base, status: 'failed', ...mismatch };
  } catch (error) {
    return {
      ...base,
      status: 'failed',
      reason: `the runner failed: ${(error as Error).stack ?? String(error)}`,
      log: world.log,
    };
  }
}

type Failure = Mismatch & { readonly log?: readonly string[] };

async function play(world: CaseWorld, test: TestCase): Promise<Failure | undefined> {
  const { expectedException } = test;
  try {
    for (const sql of test.statements) await world.execute(sql);
    await sendInputs(world, test);
  } catch (error) {
    return checkException(expectedException?.message, expectedException !== undefined, error as Error);
  }
  if (expectedException !== undefined) {
    return {
      reason: 'no statement was refused',
      expected: expectedException.message ?? 'an exception',
      got: 'no exception',
    };
  }
  const mismatch = (await compareOutputs(world, test)) ?? (test.post && checkPost(world, test.post));
  return mismatch && { ...mismatch, log: world.log };
}

function checkException(
  message: string | undefined,
  isExpected: boolean,
  error: Error,
): Mismatch | undefined {
  if (!isExpected)
    return { reason: 'a statement was refused', expected: 'no exception', got: error.stack ?? error.message };
  if (message === undefined || error.message.includes(message)) return undefined;
  return { reason: 'the message differs', expected: message, got: error.message };
}

/** What INSERT VALUES wrote comes first. */
async function sendInputs(world: CaseWorld, test: TestCase): Promise<void> {
  for (const record of world.inserted) await world.driver.send(record);
  for (const input of test.inputs) {
    const { key, value } = await encodeRecord(world, input);
    const headers = input.headers?.map((h) => ({
      key: h.key,
      value: h.value === null ? null : Buffer.from(h.value, 'base64'),
    }));
    await world.driver.send({ topic: input.topic, key, value, timestamp: input.timestamp ?? 0, headers });
  }
}

async function compareOutputs(world: CaseWorld, test: TestCase): Promise<Mismatch | undefined> {
  const byTopic = new Map<string, CaseRecord[]>();
  for (const output of test.outputs)
    byTopic.set(output.topic, [...(byTopic.get(output.topic) ?? []), output]);
  for (const [topic, expected] of byTopic) {
    const known = world.topicFormats.get(topic)?.topic;
    const got = await Promise.all(world.driver.records(topic).map((record) => decodeRecord(world, record)));
    const compared = {
      name: topic,
      keyFormat: known?.keyFormat.name ?? 'KAFKA',
      valueFormat: known?.valueFormat.name ?? 'JSON',
      anyTime: world.inserted.length > 0,
    };
    const mismatch = compareRecords(compared, expected, withoutInputs(world, test, topic, got));
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** Inputs that the case itself sent to a topic are no outputs of it. */
function withoutInputs<T>(
  _world: CaseWorld,
  test: TestCase,
  topic: string,
  records: readonly T[],
): readonly T[] {
  const sent = test.inputs.filter((input) => input.topic === topic).length;
  return records.slice(sent);
}
