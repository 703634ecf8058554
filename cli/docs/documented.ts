import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatType } from '../../engine/printer/index';
import { derivedTopics } from '../../operate/derived-topics';
import type { DerivedTopic } from '../../operate/derived-topics';
import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlObject } from '../../resources/query/sql-files';
import { readDeclaration } from '../../stacks/declaration';
import type { Declaration } from '../../stacks/declaration';
import { PlannedSql } from '../ksql/planned-sql';
import { readSqlProject } from '../ksql/sql-project';
import type { SqlProject } from '../ksql/sql-project';
import { topicSpecsOf } from './topic-specs';
import { readAskedTopics } from './asked-topics';
import type { AskedTopic } from './asked-topics';
import type { TopicSpec } from '../../stacks/topics';

export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export interface DocumentedColumn {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
  /** What the topic's registered schema says of it. */
  readonly doc?: string;
}
export interface DocumentedObject {
  readonly object: SqlObject;
  readonly kind: 'STREAM' | 'TABLE' | 'INSERT';
  readonly topic?: string;
  readonly keyFormat?: string;
  readonly valueFormat?: string;
  readonly columns: readonly DocumentedColumn[];
  /** Names of objects that it reads. */
  readonly reads: readonly string[];
  /** Names of objects that read it. */
  readonly readBy: readonly string[];
}
/** A topic in one environment. */
export interface TopicShape {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config: Readonly<Record<string, string>>;
}
export interface DocumentedTopic {
  readonly name: string;
  readonly description: string;
  readonly shapes: Readonly<Record<EnvironmentName, TopicShape>>;
  readonly class: string;
  readonly writtenBy?: string;
}
/** Everything that the generated pages say. */
export interface Documented {
  readonly declaration: Declaration;
  readonly objects: readonly DocumentedObject[];
  readonly topics: readonly DocumentedTopic[];
  readonly asked: readonly AskedTopic[];
}

/** Reads the declaration below `root`; columns are those that the engine plans. Throws for a file that it refuses. */
export async function readDocumented(root: string): Promise<Documented> {
  const declaration = readDeclaration(root);
  const projects = ENVIRONMENTS.map((name) => [name, readSqlProject(root, name)] as const);
  const [, production] = projects.at(-1)!;
  const objects = loadSqlFiles(declaration.sqlFiles, production.context);
  return {
    declaration,
    objects: await documentedObjects(objects, declaration),
    topics: documentedTopics(root, declaration, projects),
    asked: readAskedTopics(root),
  };
}

async function documentedObjects(
  objects: readonly SqlObject[],
  declaration: Declaration,
): Promise<DocumentedObject[]> {
  const { world } = await PlannedSql.of(objects);
  return objects.map((object) => {
    const source = world.catalog.getSource(object.name);
    const topic = source?.topic.name;
    const docs = schemaDocs(declaration, topic);
    const column =
      (isKey: boolean) =>
      ({ name, type }: { name: string; type: Parameters<typeof formatType>[0] }) => ({
        name,
        type: formatType(type),
        isKey,
        doc: docs.get(name.toLowerCase()),
      });
    return {
      object,
      kind: source === undefined ? 'INSERT' : source.kind,
      topic,
      keyFormat: source?.topic.keyFormat.name,
      valueFormat: source?.topic.valueFormat.name,
      columns: source
        ? [...source.schema.key.map(column(true)), ...source.schema.value.map(column(false))]
        : [],
      reads: readsOf(object),
      readBy: objects
        .filter((other) => other !== object && readsOf(other).includes(object.name))
        .map(({ name }) => name),
    };
  });
}

function readsOf({ statements, name }: SqlObject): string[] {
  const needs = statements.flatMap(({ facts }) => facts.needs.filter((it) => it !== facts.insertsInto));
  return [...new Set(needs)].filter((it) => it !== name);
}

/** Field docs of the topic's value schema, by field in lower case. */
function schemaDocs({ schemas }: Declaration, topic: string | undefined): Map<string, string> {
  const file = schemas.find(({ subject }) => subject === `${topic}-value`);
  if (file === undefined) return new Map();
  const { fields = [] } = JSON.parse(file.schema) as { fields?: { name: string; doc?: string }[] };
  return new Map(fields.flatMap(({ name, doc }) => (doc ? [[name.toLowerCase(), doc] as const] : [])));
}

function documentedTopics(
  root: string,
  declaration: Declaration,
  projects: readonly (readonly [EnvironmentName, SqlProject])[],
): DocumentedTopic[] {
  const shapes = new Map<string, Partial<Record<EnvironmentName, TopicShape>>>();
  const facts = new Map<string, Omit<DocumentedTopic, 'shapes' | 'name'>>();
  const add = (name: string, environment: EnvironmentName, shape: TopicShape): void => {
    shapes.set(name, { ...shapes.get(name), [environment]: shape });
  };
  for (const [environment, project] of projects) {
    for (const spec of topicSpecsOf(root, environment, declaration)) {
      add(spec.name, environment, shapeOf(spec));
      facts.set(spec.name, { description: spec.description, class: spec.class });
    }
    const objects = loadSqlFiles(declaration.sqlFiles, project.context);
    for (const topic of derivedTopics(objects)) {
      add(topic.name, environment, shapeOf(topic));
      const object = objects.find(({ name }) => name === topic.query)!;
      facts.set(topic.name, {
        description: object.header.description ?? '',
        class: object.layer,
        writtenBy: object.file,
      });
    }
  }
  return [...shapes.keys()].sort().map((name) => ({
    name,
    ...facts.get(name)!,
    shapes: shapes.get(name) as DocumentedTopic['shapes'],
  }));
}

function shapeOf({ partitions, replicationFactor, config }: TopicSpec | DerivedTopic): TopicShape {
  return { partitions, replicationFactor, config };
}

/** Text of a committed page; empty where there is none. */
export function committedPage(root: string, page: string): string {
  const file = path.join(root, page);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
