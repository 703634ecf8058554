import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { SqlFile } from '../resources/query/sql-files';
import type { Versions } from '../resources/query/versions';
import { parseVersions } from '../resources/query/versions';
import { parseConnector } from './connector-definition';
import type { ConnectorDefinition } from './connector-definition';
import { isWholeConnector, parseWholeConnector } from './whole-connector';
import type { WholeConnector } from './whole-connector';
import { parseSchemaFile } from './schema-file';
import type { SchemaFile } from './schema-file';
import { regionVariable } from './regions';
import { parseVariables } from './sql-variables';
import type { DeclaredVariables } from './sql-variables';

const SQL_LAYERS = ['bronze', 'silver', 'gold', 'alerts'] as const;
const VERSIONS_FILE = 'ksql/versions.yaml';
const UPKEEP_PROGRAM = 'lake/upkeep/Upkeep.java';
const VARIABLES_FILE = 'ksql/variables.yaml';
const REGIONS_FILE = 'ksql/regions.yaml';

/** The data files that, with an environment, make the declaration. */
export interface Declaration {
  readonly sqlFiles: readonly SqlFile[];
  readonly versions: Versions;
  readonly variables: DeclaredVariables;
  readonly schemas: readonly SchemaFile[];
  readonly connectors: readonly ConnectorDefinition[];
  /** Those whose configuration is written down whole. */
  readonly wholeConnectors?: readonly WholeConnector[];
  /** Text of the program that keeps the lake, which a scheduled job mounts. */
  readonly upkeepProgram?: string;
}

/** Reads `ksql/`, `schemas/` and `connectors/` below `root`. Throws with the file of the first problem. */
export function readDeclaration(root: string): Declaration {
  const connectors = readFolder(root, 'connectors', /\.ya?ml$/);
  const whole = connectors.filter(({ text }) => isWholeConnector(text));
  return {
    sqlFiles: SQL_LAYERS.flatMap((layer) => readFolder(root, `ksql/${layer}`, /\.sql$/)),
    versions: parseVersions(readOptional(root, VERSIONS_FILE), VERSIONS_FILE),
    variables: {
      ...parseVariables(readOptional(root, VARIABLES_FILE), VARIABLES_FILE),
      ...regionVariable(readOptional(root, REGIONS_FILE), REGIONS_FILE),
    },
    schemas: readFolder(root, 'schemas', /\.avsc$/).map(parseSchemaFile),
    connectors: connectors
      .filter((file) => !whole.includes(file))
      .map(({ path, text }) => parseConnector(path, text)),
    upkeepProgram: readOptional(root, UPKEEP_PROGRAM),
    wholeConnectors: whole.map(({ path, text }) => parseWholeConnector(path, text)),
  };
}

function readOptional(root: string, file: string): string {
  const absolute = path.join(root, file);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : '';
}

function readFolder(root: string, folder: string, pattern: RegExp): SqlFile[] {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  // A list of our own: one that the file system made is another realm's in tests, and Pulumi takes it for an object.
  const names = [...readdirSync(absolute)].filter((name) => pattern.test(name));
  return names
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(path.join(absolute, name), 'utf8') }));
}
