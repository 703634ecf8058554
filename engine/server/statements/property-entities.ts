import { KSQL_PROPERTIES, STREAMS_DEFAULTS, judgeOverride } from '../config/known-properties';
import type { ServerConfig } from '../config/server-config';

interface PropertyEntity {
  readonly name: string;
  readonly scope: 'KSQL';
  readonly value: string | null;
  readonly editable: boolean;
  readonly level: 'SERVER' | 'QUERY';
}

const SECRET = /(password|secret|jaas|credential|user\.info|\.key$|token)/i;

/** SHOW PROPERTIES: what is set, what is overridden by the request, and what stands at its default. Secrets are not shown. */
export function propertyEntities(config: ServerConfig, overrides: Readonly<Record<string, string>>): object {
  const values = new Map<string, string | null>();
  for (const { name, value } of KSQL_PROPERTIES) values.set(name, value);
  for (const [name, value] of Object.entries(STREAMS_DEFAULTS)) values.set(`ksql.streams.${name}`, value);
  for (const [name, value] of Object.entries(config.properties)) values.set(listedName(name), value);
  for (const [name, value] of Object.entries(overrides)) values.set(listedName(name), value);
  const properties = [...values]
    .filter(([name]) => !SECRET.test(name))
    .map(([name, value]) => entity(name, value));
  const given = new Set([...Object.keys(config.properties), ...Object.keys(overrides)].map(listedName));
  return {
    properties,
    overwrittenProperties: Object.keys(overrides).map(listedName),
    defaultProperties: properties.map(({ name }) => name).filter((name) => !given.has(name)),
  };
}

/** Client properties are listed with Kafka Streams' prefix. */
function listedName(name: string): string {
  return name.startsWith('ksql.') || judgeOverride(name) === 'unknown' ? name : `ksql.streams.${name}`;
}

function entity(name: string, value: string | null): PropertyEntity {
  const own = KSQL_PROPERTIES.find((property) => property.name === name);
  return {
    name,
    scope: 'KSQL',
    value,
    editable: judgeOverride(name) === 'allowed',
    level: own?.perQuery ? 'QUERY' : 'SERVER',
  };
}
