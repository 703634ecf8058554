import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { check, checkUnique, ConfigError, readYaml } from './check';
import { ROLES } from './targets';

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and _');
/** Column -> path (JSON) or metric (Prometheus). */
const columns = z.record(name, z.string().min(1));

const jsonRows = z.strictObject({
  name,
  /** Path to the elements, `*` for each element of an array or value of an object. */
  each: z.string().min(1),
  columns,
});
const metricRows = z.strictObject({
  name,
  /** Labels that tell one row from another. */
  by: z.array(z.string().min(1)).min(1),
  /** Column -> label, or several of which the first that is there counts. */
  labels: z.record(name, z.union([z.string(), z.array(z.string()).min(1)])).default({}),
  columns,
});
export type JsonRows = z.infer<typeof jsonRows>;
export type MetricRows = z.infer<typeof metricRows>;

const common = {
  /** Unique; the `event_type` of its events. */
  name,
  role: z.enum(ROLES),
  /** Path and query; `{orchestrator}` and `{region}` are the target's. */
  path: z.string().startsWith('/').regex(/^([^{}]|\{(orchestrator|region)\})*$/, 'expected no placeholder but {orchestrator} and {region}'), // prettier-ignore
  /** All times are milliseconds, all sizes bytes. */
  period_ms: z.int().min(500).default(15_000),
  timeout_ms: z.int().min(50).default(5_000),
  max_body_bytes: z.int().min(1).default(1_048_576),
  snapshot_every_ms: z.int().min(0).default(300_000),
  repeat_rows: z.boolean().default(false),
};
const kind = z.discriminatedUnion('parser', [
  z.strictObject({
    ...common,
    parser: z.literal('json'),
    fields: columns.default({}),
    rows: z.array(jsonRows).default([]),
  }),
  z.strictObject({
    ...common,
    parser: z.literal('prometheus'),
    metrics: z.array(z.string().min(1)).optional(),
    rows: z.array(metricRows).default([]),
  }),
  z.strictObject({ ...common, parser: z.literal('text') }),
]);
/** What is polled on every target of a role. */
export type Kind = z.infer<typeof kind>;

/** One kind, as its file says it; `parser` is `json` where nothing stands. */
export function parseKind(value: unknown, origin: string): Kind {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return check(kind, isRecord ? { parser: 'json', ...value } : value, origin);
}

/** Every `.yaml` of a folder; names must be unique. */
export function loadKinds(folder: string): Kind[] {
  const files = kindFiles(folder).map((file) => join(folder, file));
  if (files.length === 0) throw new ConfigError(folder, ['no kind: expected one .yaml file a kind']);
  const kinds = files.map((file) => parseKind(readYaml(file), file));
  checkUnique(
    kinds.map((it) => it.name),
    'kind',
    folder,
  );
  return kinds;
}

function kindFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort();
  } catch (error) {
    throw new ConfigError(folder, [`cannot be read: ${(error as Error).message}`]);
  }
}
