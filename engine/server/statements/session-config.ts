import { judgeOverride, KSQL_PROPERTIES, STREAMS_DEFAULTS } from '../config/known-properties';
import type { ServerConfig } from '../config/server-config';
import { ERROR_CODES, WireError } from '../http/wire-error';

const STREAMS_PREFIX = 'ksql.streams.';

/** Configuration of one statement: names as ksqlDB writes them; client properties under their plain names. */
export type EffectiveConfig = Readonly<Record<string, string>>;

export function effectiveConfig(
  server: ServerConfig,
  overrides: Readonly<Record<string, string>>,
): EffectiveConfig {
  const defaults = Object.fromEntries(
    KSQL_PROPERTIES.filter(({ value }) => value !== null).map(({ name, value }) => [name, value!]),
  );
  return { ...STREAMS_DEFAULTS, ...defaults, ...plainNames(server.properties), ...plainNames(overrides) };
}

function plainNames(properties: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(properties).flatMap(([name, value]) =>
    name.startsWith(STREAMS_PREFIX)
      ? [
          [name, value],
          [name.slice(STREAMS_PREFIX.length), value],
        ]
      : [[name, value]],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Refuses overrides that the server does not take. `statementText`: of the statement that they come with. */
export function checkOverrides(overrides: Readonly<Record<string, string>>, statementText: string): void {
  const names = Object.keys(overrides);
  const unknown = names.find((name) => judgeOverride(name) === 'unknown');
  if (unknown !== undefined) {
    throw new WireError(
      ERROR_CODES.serverError,
      `Not recognizable as ksql, streams, consumer, or producer property: '${unknown}'`,
      statementText,
    );
  }
  const prohibited = names.filter((name) => judgeOverride(name) === 'prohibited');
  if (prohibited.length > 0) throw prohibitedError(prohibited);
  const reset = overrides['auto.offset.reset'] ?? overrides['ksql.streams.auto.offset.reset'];
  if (reset !== undefined && !['earliest', 'latest', 'none'].includes(reset.toLowerCase())) {
    throw new WireError(
      ERROR_CODES.badStatement,
      `Invalid value ${reset} for property auto.offset.reset: Invalid value ${reset} for configuration auto.offset.reset: String must be one of: latest, earliest, none`,
      statementText,
    );
  }
}

export function prohibitedError(names: readonly string[]): WireError {
  return new WireError(
    ERROR_CODES.badRequest,
    `One or more properties overrides set locally are prohibited by the KSQL server (use UNSET to reset their default value): [${names.join(', ')}]`,
  );
}

export function offsetReset(config: EffectiveConfig): 'earliest' | 'latest' {
  return (config['auto.offset.reset'] ?? 'latest').toLowerCase() === 'earliest' ? 'earliest' : 'latest';
}

/** Whether table stores hold changes back between commits. */
export function usesCache(config: EffectiveConfig): boolean {
  const size = config['statestore.cache.max.bytes'] ?? config['cache.max.bytes.buffering'];
  return Number(size) !== 0;
}
