import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseJson } from '../../engine/testing/json-value';
import type { Pipeline, Row } from './virtual-pipeline';

const record = z.strictObject({
  topic: z.string(),
  /** Record time, ms since the epoch; of the gateway topic the arrival. */
  timestamp: z.int().default(0),
  key: z.unknown().default(null),
  /** An object for typed topics; for the gateway topic text, or an object that becomes JSON text. */
  value: z.unknown(),
});
const output = z.strictObject({
  topic: z.string(),
  key: z.unknown().optional(),
  /** Columns that must be so; others are not looked at. `null`: a tombstone. */
  value: z.record(z.string(), z.unknown()).nullable(),
});
const testCase = z.strictObject({
  name: z.string(),
  inputs: z.array(record),
  /** In the order of the topic: every record of a stream, the last row of each key of a table. */
  outputs: z.array(output),
  /** Topics that must stay empty. */
  empty: z.array(z.string()).default([]),
});
export type SqlTestCase = z.infer<typeof testCase>;

const GATEWAY_TOPIC = 'telemetry.gateway.v1';

/** Reads a `<file>.test.yaml`. Throws with every problem and its path. */
export function readSqlTests(file: string): SqlTestCase[] {
  return z.strictObject({ cases: z.array(testCase).min(1) }).parse(parse(readFileSync(file, 'utf8'))).cases;
}

export interface SqlTestOutcome {
  readonly expected: unknown;
  readonly got: unknown;
  readonly log: readonly string[];
}

/** Runs one case in a pipeline over empty topics; `expected` and `got` are equal when it holds. */
export async function runSqlTest(test: SqlTestCase, pipeline: Pipeline): Promise<SqlTestOutcome> {
  for (const { topic, timestamp, key, value } of test.inputs) {
    if (topic === GATEWAY_TOPIC) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      await pipeline.sendGateway({ at: timestamp, value: text, ...(typeof key === 'string' ? { key } : {}) });
    } else {
      await pipeline.send({ topic, timestamp, key: json(key), value: json(value) });
    }
  }
  const expected: Record<string, unknown[]> = Object.fromEntries(test.empty.map((topic) => [topic, []]));
  for (const { topic, key, value } of test.outputs) {
    (expected[topic] ??= []).push({ ...(key === undefined ? {} : { key }), value });
  }
  const got: Record<string, unknown[]> = {};
  for (const [topic, wanted] of Object.entries(expected))
    got[topic] = await shown(pipeline, topic, wanted, test);
  return { expected, got, log: pipeline.log };
}

const json = (value: unknown) => parseJson(JSON.stringify(value ?? null));

/** What lies in the topic, cut down to the columns that the case names. */
async function shown(
  pipeline: Pipeline,
  topic: string,
  wanted: readonly unknown[],
  test: SqlTestCase,
): Promise<unknown[]> {
  const sent = test.inputs.filter((input) => input.topic === topic).length;
  const records = (await pipeline.records(topic)).slice(sent);
  const rows = pipeline.isTable(topic) ? lastOfEachKey(records) : records;
  return rows.map(({ key, row }, index) => {
    const want = wanted[index] as { readonly key?: unknown; readonly value: Row | null } | undefined;
    return { ...(want && 'key' in want ? { key } : {}), value: cut(row, want?.value) };
  });
}

function lastOfEachKey<T extends { readonly key: unknown; readonly row: Row | null }>(
  records: readonly T[],
): T[] {
  const last = new Map<string, T>();
  for (const entry of records) last.set(JSON.stringify(entry.key), entry);
  return [...last.values()];
}

function cut(row: Row | null, wanted: Row | null | undefined): Row | null {
  if (row === null || !wanted) return row;
  return Object.fromEntries(Object.keys(wanted).map((column) => [column, rounded(row[column])]));
}

/** Floating point to twelve digits, as the cases write it, also within structs, lists and maps. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}
