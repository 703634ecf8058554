import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { SqlContext, SqlFile } from '../../resources/query/sql-files';
import { readDeclaration } from '../../stacks/declaration';
import { NAMESPACE } from '../../stacks/environment';
import { dataSettingsSchema } from '../../stacks/environment-schema';
import type { DataSettings } from '../../stacks/environment-schema';
import type { SchemaFile } from '../../stacks/schema-file';
import { sqlVariables, windowVariables } from '../../stacks/sql-variables';
import { topicSpecs } from '../../stacks/topics';
import { UsageError } from '../exit-codes';

export interface KnownTopic {
  readonly partitions: number;
  readonly replicas: number;
}

/** What the declaration of one environment gives SQL files. */
export interface SqlProject {
  readonly context: SqlContext;
  readonly schemas: readonly SchemaFile[];
  /** Topics that the stack makes itself. */
  readonly topics: ReadonlyMap<string, KnownTopic>;
  /** All SQL files of the declaration. */
  readonly files: readonly SqlFile[];
}

/** Reads the declaration below `root` and the configuration of one environment. */
export function readSqlProject(root: string, environmentName: string): SqlProject {
  const environment = dataSettings(root, environmentName);
  const { sqlFiles, versions, variables, schemas, connectors } = readDeclaration(root);
  const specs = topicSpecs(environment, connectors);
  return {
    context: { variables: sqlVariables(environment, variables), windows: windowVariables(environment), versions },
    schemas,
    topics: new Map(specs.map(({ name, partitions, replicationFactor }) => [name, { partitions, replicas: replicationFactor }])),
    files: sqlFiles,
  };
}

/** Endpoints and users are left out: they belong to a machine, and no SQL depends on them. */
export function dataSettings(root: string, name: string): DataSettings {
  const file = `Pulumi.${name}.yaml`;
  const absolute = path.join(root, file);
  if (!existsSync(absolute)) throw new UsageError(`environment "${name}" has no ${file}`);
  const { config = {} } = parse(readFileSync(absolute, 'utf8')) as { config?: Record<string, unknown> };
  const result = dataSettingsSchema.safeParse({
    topics: config[`${NAMESPACE}topics`],
    rollups: config[`${NAMESPACE}rollups`],
  });
  if (result.success) return { ...result.data, name };
  const problems = result.error.issues.map((issue) => `${file}: ${NAMESPACE}${issue.path.join('.')}: ${issue.message}`);
  throw new Error(problems.join('\n'));
}
