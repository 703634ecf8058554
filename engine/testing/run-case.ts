import { CaseWorld } from './case-world';
import { compareRecords } from './compare-records';
import type { Mismatch } from './compare-records';
import { declaredSchemas } from './declared-schemas';
import { checkPost } from './post-checks';
import { decodeRecord, encodeRecord, normalizeExpected } from './record-codec';
import { playRestCase } from './rest/run-rest-case';
import type { CaseRecord, CaseResult, TestCase } from './test-case';

/** Runs one case from nothing and compares all that it expects. Never throws. */
export async function runCase(file: string, test: TestCase): Promise<CaseResult> {
  const base = { file, name: test.name, format: test.format };
  try {
    const mismatch = test.rest ? await playRestCase(test, test.rest) : await playInVirtualTime(test);
    return mismatch === undefined
      ? { ...base, status: 'passed' }
      : { ...base, status: 'failed', ...mismatch };
  } catch (error) {
    return {
      ...base,
      status: 'failed',
      reason: `the runner failed: ${(error as Error).stack ?? String(error)}`,
    };
  }
}

async function playInVirtualTime(test: TestCase): Promise<Failure | undefined> {
  const declared = await declaredSchemas(test);
  return play(new CaseWorld(test.properties, test.topics, declared), test);
}

type Failure = Mismatch & { readonly log?: readonly string[] };

async function play(world: CaseWorld, test: TestCase): Promise<Failure | undefined> {
  const { expectedException } = test;
  try {
    await world.execute(test.statements.join('\n'), test.variables);
    await sendInputs(world, test);
  } catch (error) {
    return checkException(test, error as Error);
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

function checkException({ expectedException, statements }: TestCase, error: Error): Mismatch | undefined {
  if (expectedException === undefined) {
    return { reason: 'a statement was refused', expected: 'no exception', got: error.stack ?? error.message };
  }
  const { message } = expectedException;
  if (message === undefined || withStatement(error, statements).includes(message)) return undefined;
  return { reason: 'the message differs', expected: message, got: error.message };
}

/** ksqlDB's command line shows the statement below a syntax error. */
function withStatement(error: Error, statements: readonly string[]): string {
  const line = /^line (\d+):\d+: Syntax Error/.exec(error.message)?.[1];
  const statement = line === undefined ? undefined : statements[Number(line) - 1];
  return statement === undefined ? error.message : `${error.message}\nStatement: ${statement}`;
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
    const record = await world.driver.send({
      topic: input.topic,
      key,
      value,
      timestamp: input.timestamp ?? 0,
      headers,
    });
    world.sent.add(record);
  }
}

async function compareOutputs(world: CaseWorld, test: TestCase): Promise<Mismatch | undefined> {
  const byTopic = new Map<string, CaseRecord[]>();
  for (const output of test.outputs)
    byTopic.set(output.topic, [...(byTopic.get(output.topic) ?? []), output]);
  for (const [topic, expected] of byTopic) {
    const got = await Promise.all(
      world.driver
        .records(topic)
        .filter((record) => !world.sent.has(record))
        .map((record) => decodeRecord(world, record)),
    );
    const mismatch = compareRecords(
      topic,
      await Promise.all(expected.map((record) => normalizeExpected(world, record))),
      got,
    );
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}
