import type { SqlObject } from '../resources/query/sql-files';
import type { Versions } from '../resources/query/versions';
import type { ConnectorDefinition, KeptFor } from './connector-definition';
import { curatedObjects } from './curated-objects';
import type { CuratedObject, KeyWindow } from './curated-objects';

/** One table of the lake, as a sink fills it. */
export interface SinkTable {
  /** `<namespace>.<table>`. */
  readonly name: string;
  /** Folder of the bucket that holds its data. */
  readonly path: string;
  readonly topics: readonly string[];
  /** Of a copy of an object of ksqlDB: what its record keys hold. */
  readonly row?: {
    /** Rows change and go: the newest row of a key is the one that counts. */
    readonly isTable: boolean;
    readonly window?: KeyWindow;
    /** Name without the version, where this version is the one that answers. */
    readonly alias?: string;
  };
  /** How long its rows stay; of raw tables the environment says it. */
  readonly kept?: KeptFor;
}

/** A connector with the topics that it reads and the tables that it fills. */
export interface SinkDefinition extends ConnectorDefinition {
  readonly tables: readonly SinkTable[];
}

export interface SinkSources {
  readonly connectors: readonly ConnectorDefinition[];
  readonly queries: readonly SqlObject[];
  readonly versions: Versions;
  /** Topics of the raw lake: sinks of their own take them. */
  readonly rawTopics: readonly string[];
}

/** Namespace of all tables that copy objects of ksqlDB. */
export const CURATED = 'curated';
/** Formats whose bytes are text: what a key must be to become a column. */
const TEXT_KEYS = new Set(['KAFKA', 'JSON', 'DELIMITED', 'NONE']);
const DEAD_LETTERS = /(^|\.)dlq(\.|$)/;

/**
 * What each connector reads and fills. A connector of layers follows `ksql/`: a new object is a new table.
 * @throws Error with every object that cannot be copied, with its file and what to do
 */
export function sinkDefinitions(sources: SinkSources): SinkDefinition[] {
  const objects = curatedObjects(sources.queries).filter(
    ({ topic }) => !sources.rawTopics.includes(topic) && !DEAD_LETTERS.test(topic),
  );
  return sources.connectors.map((connector) => {
    const { topics, lake, layers } = connector;
    if (layers) return ofLayers(connector, objects, sources.versions);
    return { ...connector, tables: lake ? [{ name: lake.table, path: lake.path, topics }] : [] };
  });
}

function ofLayers(
  connector: ConnectorDefinition,
  objects: readonly CuratedObject[],
  versions: Versions,
): SinkDefinition {
  const { layers = [], except, retention } = connector;
  const inLayers = objects.filter(({ layer }) => (layers as readonly string[]).includes(layer));
  const unknownOf = (key: string, names: readonly string[]): string[] =>
    names
      .filter((name) => !inLayers.some((object) => isNamed(object, name)))
      .map((name) => `${connector.path}: ${key}: "${name}" is no object of ${layers.join(', ')}`);
  const chosen = inLayers.filter((object) => !except.some((name) => isNamed(object, name)));
  const problems = [
    ...unknownOf('except', except),
    ...unknownOf('retention.objects', Object.keys(retention?.objects ?? {})),
    ...chosen.flatMap((object) =>
      problemOf(object).map((it) => `${object.file}: ${it}; or name it under "except" in ${connector.path}`),
    ),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    ...connector,
    topics: chosen.map(({ topic }) => topic),
    tables: chosen.map((it) => ({ ...tableOf(it, versions), ...keptOf(it, connector) })),
  };
}

function keptOf(object: CuratedObject, { retention }: ConnectorDefinition): Pick<SinkTable, 'kept'> {
  if (!retention) return {};
  const own = Object.entries(retention.objects).find(([name]) => isNamed(object, name))?.[1];
  const { superseded, rows } = own ?? retention;
  return { kept: { superseded, rows } };
}

/** With or without its version. */
function isNamed({ name, base }: CuratedObject, wanted: string): boolean {
  return name === wanted.toLowerCase() || base === wanted.toLowerCase();
}

function problemOf({ name, keyFormat, valueFormat }: CuratedObject): string[] {
  const problems: string[] = [];
  if (valueFormat !== 'AVRO')
    problems.push(
      `${name} has VALUE_FORMAT ${valueFormat || 'by default'}, and the lake takes AVRO: set VALUE_FORMAT = 'AVRO'`,
    );
  if (!TEXT_KEYS.has(keyFormat))
    problems.push(`${name} has KEY_FORMAT ${keyFormat}, and the lake takes keys of text: set KAFKA or JSON`);
  return problems;
}

function tableOf(
  { name, base, version, topic, isTable, window, file }: CuratedObject,
  versions: Versions,
): SinkTable {
  const declared = versions[file.replace(/^.*\//, '').replace(/(\.v\d+)?\.sql$/, '')];
  const answers = version !== undefined && declared?.running === version;
  return {
    name: `${CURATED}.${name}`,
    path: `${CURATED}/${name}`,
    topics: [topic],
    row: { isTable, ...(window === undefined ? {} : { window }), ...(answers ? { alias: base } : {}) },
  };
}
