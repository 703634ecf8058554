import { z } from 'zod';
import { checkCidr } from '../http/address-policy';
import { check, readYaml } from './check';
import { withEnvironment } from './environment';
import { pin, tlsMode } from './targets';

const url = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });
const refresh = (least: number, usual: number) => z.int().min(least).default(usual);

const source = z.discriminatedUnion('type', [
  /** A YAML or JSON file with a list of targets, read again when it changes. */
  z.strictObject({ type: z.literal('file'), path: z.string().min(1), refresh_ms: refresh(100, 2_000) }),
  /** The same list over HTTP. */
  z.strictObject({
    type: z.literal('http'),
    url,
    pin_sha256: pin.optional(),
    refresh_ms: refresh(1_000, 60_000),
  }),
  /** The orchestrators that a gateway's /getNetworkCapabilities names: discovered targets, public addresses only. */
  z.strictObject({
    type: z.literal('capabilities'),
    url,
    pin_sha256: pin.optional(),
    /** Orchestrators sign their certificates themselves, and make new ones when they start. */
    tls: tlsMode.default('first_seen'),
    /** A leaderboard that is asked for each of these orchestrators: a configured target. */
    leaderboard_url: url.optional(),
    refresh_ms: refresh(1_000, 60_000),
  }),
]);
export type SourceConfig = z.infer<typeof source>;

const passwordFile = {
  username: z.string().min(1),
  /** File that holds the password and nothing else; read at each login. */
  password_file: z.string().min(1),
};
const kafka = z.strictObject({
  brokers: z.array(z.string().regex(/^[^\s:/]+:\d+$|^\[[0-9a-fA-F:]+\]:\d+$/, 'expected host:port')).min(1),
  ...passwordFile,
  mechanism: z.enum(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512'),
  /** TLS with these certificates. */
  ca_file: z.string().optional(),
  /** TLS with the system's certificates. */
  tls: z.boolean().default(false),
  topic: z.string().min(1).default('telemetry.orchestrator_scrape.v1'),
  client_id: z.string().min(1).default('naap-scraper'),
});

const limits = z.strictObject({
  /** Requests under way at once, in all, to one host, and to discovered targets together. */
  concurrency: z.int().min(1).default(256),
  per_host: z.int().min(1).default(4),
  discovered_concurrency: z.int().min(1).default(128),
  targets: z.int().min(1).default(20_000),
  /** Connections kept open between polls, and for how long. */
  idle_connections: z.int().min(0).default(4_000),
  idle_ms: z.int().min(0).default(20_000),
  /** Of one event: below the topic's `max.message.bytes`. A larger answer becomes a failure `too_large`. */
  event_bytes: z.int().min(1_000).default(900_000),
});

/** All times are milliseconds, all sizes bytes. */
const schema = z.strictObject({
  /** Names this scraper in its events. */
  scraper_id: z.string().min(1).default('scraper'),
  kafka,
  registry: z.strictObject({ url, username: z.string().optional(), password_file: z.string().optional() }),
  /** Events wait here for the broker. */
  buffer: z.strictObject({
    folder: z.string().min(1),
    max_bytes: z.int().min(1_000_000).default(536_870_912),
  }),
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
  sources: z.array(source).min(1),
  /** Networks that configured targets may lie in; `public` is all public addresses. Discovered ones may only be public. */
  allowed_cidrs: z.array(z.string().superRefine(cidr)).default(['public']),
  limits: limits.prefault({}),
  backoff: z
    .strictObject({
      /** Longest pause between two polls of a failing target. */
      max_ms: z.int().min(500).default(300_000),
      /** Failures in a row after which the circuit opens and only one probe in half of `max_ms` to all of it goes out. */
      open_after: z.int().min(1).default(5),
    })
    .prefault({}),
  /** Longest time that a stop takes to send what is held; the rest stays on disk. */
  stop_ms: z.int().min(0).default(10_000),
});
export type Config = z.infer<typeof schema>;

function cidr(value: string, context: z.RefinementCtx): void {
  try {
    checkCidr(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
}

/** The file, with what the environment sets instead. */
export function loadConfig(file: string, variables: NodeJS.ProcessEnv = {}): Config {
  return check(schema, withEnvironment(readYaml(file), variables, file), file);
}
