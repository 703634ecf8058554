import { durationMs } from '../../analyzer/durations';
import type { Expression } from '../../ast/expressions';
import type { AssertSchema, AssertTopic } from '../../ast/statements';
import { ERROR_CODES, WireError } from '../http/wire-error';
import type { KsqlEngine, SessionStatement } from './ksql-engine';

const ASSERT_POLL_MS = 50;

/** ASSERT TOPIC: waits until the topic is, or is not, as the statement says. */
export async function assertTopic(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: AssertTopic,
): Promise<object> {
  const limit = statement.timeout
    ? durationMs(statement.timeout)
    : Number(session.config['ksql.assert.topic.default.timeout.ms']);
  await untilHolds(limit, () => topicMismatch(engine, statement));
  return {
    '@type': 'assert_topic',
    statementText: session.parsed.text,
    topicName: statement.topic,
    exists: statement.exists,
    warnings: [],
  };
}

/** Undefined when the assertion holds, else what is wrong. */
async function topicMismatch(
  engine: KsqlEngine,
  { topic, exists, config }: AssertTopic,
): Promise<string | undefined> {
  const found = await engine.deps.broker.topic(topic);
  if (!exists) return found ? `Topic ${topic} exists` : undefined;
  if (!found) return `Topic ${topic} does not exist`;
  const actual: Record<string, number> = { PARTITIONS: found.partitions, REPLICAS: found.replicas };
  for (const [name, value] of config) {
    const label = name.toLowerCase();
    const have = actual[name.toUpperCase()];
    const want = numberOf(value);
    if (have === undefined)
      throw new WireError(ERROR_CODES.expectationFailed, `Cannot assert unknown topic property: ${name}`);
    if (have !== want)
      return `Mismatched configuration for topic ${topic}: For config ${label}, expected ${want} got ${have}`;
  }
  return undefined;
}

function numberOf(value: Expression): number | undefined {
  return value.kind === 'IntegerLiteral'
    ? value.value
    : value.kind === 'StringLiteral'
      ? Number(value.value)
      : undefined;
}

/** ASSERT SCHEMA: the same of a subject or a schema id. */
export async function assertSchema(
  engine: KsqlEngine,
  session: SessionStatement,
  statement: AssertSchema,
): Promise<object> {
  const { subject, id, exists } = statement;
  const limit = statement.timeout
    ? durationMs(statement.timeout)
    : Number(session.config['ksql.assert.schema.default.timeout.ms']);
  await untilHolds(limit, () => schemaMismatch(engine, statement));
  return {
    '@type': 'assert_schema',
    statementText: session.parsed.text,
    subject: subject ?? null,
    id: id ?? null,
    exists,
    warnings: [],
  };
}

async function schemaMismatch(
  { deps: { registry } }: KsqlEngine,
  { subject, id, exists }: AssertSchema,
): Promise<string | undefined> {
  const latest = subject === undefined ? undefined : await registry.latest(subject);
  const byId = id === undefined ? undefined : await registry.byId(id);
  const found =
    subject === undefined
      ? byId !== undefined
      : latest !== undefined && (id === undefined || byId !== undefined);
  const label = [
    ...(subject === undefined ? [] : [`subject name ${subject}`]),
    ...(id === undefined ? [] : [`id ${id}`]),
  ].join(' and ');
  if (found === exists) return undefined;
  return exists ? `Schema with ${label} does not exist` : `Schema with ${label} exists`;
}

async function untilHolds(limitMs: number, mismatch: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const problem = await mismatch();
    if (problem === undefined) return;
    if (Date.now() + ASSERT_POLL_MS > deadline) throw new WireError(ERROR_CODES.expectationFailed, problem);
    await new Promise((resolve) => setTimeout(resolve, ASSERT_POLL_MS));
  }
}
