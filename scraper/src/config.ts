import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** All times are milliseconds, all sizes bytes. */
const kindSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  role: z.enum(['orchestrator', 'gateway', 'runner', 'dcgm', 'leaderboard']),
  path: z.string().startsWith('/'),
  parser: z.enum(['json', 'prometheus', 'text']).default('json'),
  period_ms: z.int().min(500).default(15_000),
  timeout_ms: z.int().min(50).default(5_000),
  max_body_bytes: z.int().min(1).default(1_048_576),
  snapshot_every_ms: z.int().min(0).default(300_000),
  metrics: z.array(z.string()).optional(),
});
/** What is polled on every target of a role. */
export type Kind = z.infer<typeof kindSchema>;

const targetSchema = z.strictObject({
  /** Unique among the targets. */
  id: z.string().min(1),
  role: kindSchema.shape.role,
  url: z.url({ protocol: /^https?$/ }),
  /** Address of the orchestrator that the target belongs to; the target's id where there is none. */
  orchestrator: z.string().optional(),
  region: z.string().optional(),
  /** SHA-256 fingerprint (hex, colons allowed) of a self-signed certificate. */
  pin_sha256: z.string().optional(),
});
export type TargetConfig = z.infer<typeof targetSchema>;

const sourceSchema = z.discriminatedUnion('type', [
  /** A YAML or JSON file with a list of targets, read again when it changes. */
  z.strictObject({ type: z.literal('file'), path: z.string(), refresh_ms: z.int().min(100).default(2_000) }),
  /** The same list over HTTP. */
  z.strictObject({ type: z.literal('http'), url: z.url(), refresh_ms: z.int().min(1_000).default(60_000) }),
  /** The orchestrators that a gateway's /getNetworkCapabilities names: discovered targets, public addresses only. */
  z.strictObject({
    type: z.literal('capabilities'),
    url: z.url(),
    refresh_ms: z.int().min(1_000).default(60_000),
  }),
]);
export type SourceConfig = z.infer<typeof sourceSchema>;

const configSchema = z.strictObject({
  kafka: z.strictObject({
    brokers: z.array(z.string()).min(1),
    username: z.string(),
    /** File that holds the password and nothing else. */
    password_file: z.string(),
    mechanism: z.enum(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512'),
    ca_file: z.string().optional(),
    topic: z.string().default('telemetry.orchestrator_scrape.v1'),
    client_id: z.string().default('naap-scraper'),
  }),
  registry: z.strictObject({ url: z.url() }),
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
  sources: z.array(sourceSchema).min(1),
  /** Networks that configured targets may lie in; discovered ones may only be public whatever stands here. */
  allowed_cidrs: z.array(z.string()).default([]),
  limits: z
    .strictObject({
      /** Requests under way at once. */
      concurrency: z.int().min(1).default(64),
      per_host: z.int().min(1).default(4),
      targets: z.int().min(1).default(10_000),
      /** Events that wait for the broker; when reached, polling pauses. */
      queued_events: z.int().min(1).default(10_000),
    })
    .prefault({}),
  backoff: z
    .strictObject({
      /** Longest pause between two polls of a failing target. */
      max_ms: z.int().default(300_000),
      /** Failures in a row after which the circuit opens and only one probe per `max_ms` goes out. */
      open_after: z.int().min(1).default(5),
    })
    .prefault({}),
});
export type Config = z.infer<typeof configSchema>;

/** A configuration that does not fit: every problem with its path, in one message. */
export class ConfigError extends Error {
  constructor(file: string, problems: readonly string[]) {
    super(`${file}: ${problems.length} problem(s)\n${problems.map((p) => `  ${p}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(
    file,
    result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`),
  );
}

function readYaml(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError(file, [(error as Error).message]);
  }
}

export function loadConfig(file: string): Config {
  return check(configSchema, readYaml(file), file);
}

export function loadKinds(folder: string): Kind[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const kinds = files
    .sort()
    .map((name) => check(kindSchema, readYaml(join(folder, name)), join(folder, name)));
  const names = kinds.map((kind) => kind.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0)
    throw new ConfigError(
      folder,
      twice.map((name) => `kind "${name}" is declared twice`),
    );
  return kinds;
}

/** Checks a list of targets from any source; ids must be unique. */
export function parseTargets(value: unknown, origin: string): TargetConfig[] {
  const list = Array.isArray(value) ? value : (value as { targets?: unknown } | null)?.targets;
  const targets = check(z.array(targetSchema), list, origin);
  const seen = new Set<string>();
  const twice = targets.filter((target) => seen.size === seen.add(target.id).size);
  if (twice.length > 0)
    throw new ConfigError(
      origin,
      twice.map((t) => `target id "${t.id}" is declared twice`),
    );
  return targets;
}
