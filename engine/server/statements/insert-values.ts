import type { SerdeFactory, SerdeSpec } from '../../formats/contracts';
import type { InsertValuesPlan } from '../../planner/statement-plan';
import type { OutputRecord, Row } from '../../runtime/contracts';
import type { Broker } from '../broker/broker';
import { ERROR_CODES, WireError } from '../http/wire-error';

export interface InsertDeps {
  readonly broker: Broker;
  readonly serdes: SerdeFactory;
  readonly clock: () => number;
}

/** Writes one row to its source's topic. */
export async function writeInsert(
  plan: InsertValuesPlan,
  deps: InsertDeps,
  statementText?: string,
): Promise<void> {
  try {
    if (plan.timestamp !== undefined && plan.timestamp < 0)
      throw new Error(
        `Invalid timestamp: ${plan.timestamp}. Timestamp should always be non-negative or null.`,
      );
    await deps.broker.append([await insertRecord(plan, deps)]);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new WireError(
      ERROR_CODES.badStatement,
      `Failed to insert values into '${plan.source.name}'. ${cause}`,
      statementText,
    );
  }
}

async function insertRecord(
  { source, key, value, timestamp }: InsertValuesPlan,
  { serdes, clock }: InsertDeps,
): Promise<OutputRecord> {
  const { topic, schema } = source;
  const keySpec: SerdeSpec = {
    format: topic.keyFormat,
    features: topic.keyFeatures,
    columns: schema.key,
    isKey: true,
    topic: topic.name,
  };
  const valueSpec: SerdeSpec = {
    format: topic.valueFormat,
    features: topic.valueFeatures,
    columns: schema.value,
    isKey: false,
    topic: topic.name,
  };
  await Promise.all([serdes.prepareWriter(keySpec), serdes.prepareWriter(valueSpec)]);
  return {
    topic: topic.name,
    timestamp: timestamp ?? clock(),
    key: schema.key.length === 0 ? null : serdes.serializer(keySpec).serialize(rowOf(key)),
    value: serdes.serializer(valueSpec).serialize(value),
  };
}

/** A key whose columns are all NULL is no key. */
function rowOf(key: Row): Row | null {
  return key.every((column) => column === null) ? null : key;
}
