import { KsqlError } from '../../engine/index';
import { formatDiagnostics } from '../../engine/index';
import { parseStatements } from '../../engine/index';
import type { ParsedStatement } from '../../engine/index';
import { undefinedVariables, normalizeVariables } from '../../engine/index';
import { createSource } from '../../engine/index';
import { dependencyOrder } from './dependency-order';
import { readHeader } from './sql-header';
import type { SqlHeader } from './sql-header';
import { statementFacts } from './statement-facts';
import type { StatementFacts } from './statement-facts';
import { liveVersions, roleOf, versionEnding, versionFor } from './versions';
import type { ObjectVersions, VersionRole, Versions } from './versions';

/** One `.sql` file as it lies in `ksql/<layer>/`. */
export interface SqlFile {
  /** Path below the project, with `/`: `ksql/gold/sla.sql`. */
  readonly path: string;
  readonly text: string;
}

/** What one environment gives the files. */
export interface SqlContext {
  /** Values of `${name}`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Values that a window adds for each file that names it. */
  readonly windows: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly versions: Versions;
}

export interface SqlStatement {
  /** Without comments before it and with its variables replaced. */
  readonly text: string;
  /** Session properties of this statement alone: the `SET` lines before it. */
  readonly properties: Readonly<Record<string, string>>;
  readonly facts: StatementFacts;
}

/** One object of ksqlDB, or a file of INSERT INTO: what is created, compared and dropped as one. */
export interface SqlObject {
  /** As ksqlDB names it: upper case unless quoted. INSERT INTO only: the file's name in upper case. */
  readonly name: string;
  readonly file: string;
  /** `bronze`, `silver`, `gold`, `alerts`. */
  readonly layer: string;
  readonly header: SqlHeader;
  readonly window?: string;
  readonly version?: number;
  readonly statements: readonly SqlStatement[];
  /** Other objects that must exist before this one. */
  readonly dependsOn: readonly string[];
}

/**
 * Expands, parses and orders the files of one environment, each object after those that it reads.
 * @throws Error with the place of what is wrong: a syntax error, an unknown variable or window, two objects of one
 *   name, an object that nothing makes, a cycle.
 */
export function loadSqlFiles(files: readonly SqlFile[], context: SqlContext): SqlObject[] {
  const known = new Set(files.map(({ path }) => baseName(path)));
  for (const name of Object.keys(context.versions)) {
    if (!known.has(name)) throw new Error(`ksql/versions.yaml: "${name}" is no file of ksql/`);
  }
  const objects = files
    .filter(({ path }) => !isKeptVersion(path))
    .flatMap((file) => expandFile(file, files, context).map(readObject));
  return dependencyOrder(withTopicDependencies(objects));
}

/** A source declared over a topic comes after the object that writes this topic. */
function withTopicDependencies(objects: readonly SqlObject[]): SqlObject[] {
  const writers = new Map<string, string>();
  for (const { name, statements } of objects) {
    for (const { facts } of statements) if (facts.writesTopic) writers.set(facts.writesTopic, name);
  }
  return objects.map((object) => {
    const read = object.statements.flatMap(({ facts }) =>
      facts.readsTopic ? (writers.get(facts.readsTopic) ?? []) : [],
    );
    return {
      ...object,
      dependsOn: [...new Set([...object.dependsOn, ...read])].filter((name) => name !== object.name),
    };
  });
}

/** Name of the file without folder, kept version and extension: `ksql/gold/sla.v1.sql` is `sla`. */
export function baseName(path: string): string {
  return path.replace(/^.*\//, '').replace(/(\.v\d+)?\.sql$/, '');
}

const headers = new WeakMap<SqlFile, SqlHeader>();

/** Each file's header is asked for by every other file. */
function headerOf(file: SqlFile): SqlHeader {
  const header = headers.get(file) ?? readHeader(file.text);
  headers.set(file, header);
  return header;
}

/** `sla.v1.sql` keeps the text of a version that still runs while `sla.sql` is already the next one. */
function isKeptVersion(path: string): boolean {
  return /\.v\d+\.sql$/.test(path);
}

/**
 * `${sessions}` in any file is the name of an object of `sessions.sql`: of the version that belongs to the reader's, and of the
 * reader's window where that file has windows; `${sessions_version}` is the number of that version, for the name of its topic.
 */
function objectVariables(
  files: readonly SqlFile[],
  { versions }: SqlContext,
  { role, window }: { readonly role: VersionRole; readonly window: string | undefined },
): Record<string, string> {
  const entries = files.flatMap((file) => {
    if (isKeptVersion(file.path)) return [];
    const name = baseName(file.path);
    const own = versions[name];
    const { windows } = headerOf(file);
    if (windows.length > 0 && (window === undefined || !windows.includes(window))) return [];
    const suffix = windows.length > 0 ? `_${window}` : '';
    const version = own ? versionFor(own, role) : FIRST_VERSION;
    const ending = versionEnding(own ?? firstVersion(windows.length > 0), version);
    return [[name, `${name}${suffix}${ending}`] as const, [`${name}_version`, String(version)] as const];
  });
  return Object.fromEntries(entries);
}

/** One object that a file stands for: a window and a version of it, with the values of its variables. */
export interface SqlExpansion {
  readonly file: SqlFile;
  readonly header: SqlHeader;
  readonly window?: string;
  readonly version?: number;
  /** `_<window>_v<version>`, or what there is of it: the plain version has no number. */
  readonly suffix: string;
  /** By name in upper case. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Every object that `file`, one of `files`, stands for.
 * @throws Error for a window that the environment does not have
 */
export function expandSqlFile(file: SqlFile, files: readonly SqlFile[], context: SqlContext): SqlExpansion[] {
  return isKeptVersion(file.path) ? [] : expandFile(file, files, context);
}

function expandFile(file: SqlFile, files: readonly SqlFile[], context: SqlContext): SqlExpansion[] {
  const versions = context.versions[baseName(file.path)];
  const namesFor = (role: VersionRole) => (window: string | undefined) =>
    objectVariables(files, context, { role, window });
  if (!versions) return expandWindows(file, context, { names: namesFor('running') });
  return liveVersions(versions).flatMap((version) => {
    const kept = files.find(({ path }) => path === file.path.replace(/\.sql$/, `.v${version}.sql`));
    const ending = versionEnding(versions, version);
    return expandWindows(kept ?? file, context, {
      version,
      ending,
      names: namesFor(roleOf(versions, version)),
    });
  });
}

/** What a file without versions is: its names carry no number, but those of windows always have. */
const FIRST_VERSION = 1;

/** The entry that says the same of a file without versions. */
export function firstVersion(hasWindows: boolean): ObjectVersions {
  return { running: FIRST_VERSION, ...(hasWindows ? {} : { plain: FIRST_VERSION }) };
}

interface OneVersion {
  readonly version?: number;
  /** What its names end with. */
  readonly ending?: string;
  /** Values of the names of other objects, in a window. */
  readonly names: (window: string | undefined) => Readonly<Record<string, string>>;
}

function expandWindows(
  file: SqlFile,
  context: SqlContext,
  { version, ending, names }: OneVersion,
): SqlExpansion[] {
  const header = headerOf(file);
  const withNames = (window?: string): SqlContext => ({
    ...context,
    variables: { ...names(window), ...context.variables },
  });
  if (header.windows.length === 0) return [expansion(file, header, withNames(), { version, ending })];
  return header.windows.map((window) => {
    if (!context.windows[window]) {
      const names = Object.keys(context.windows).join(', ');
      throw new Error(`${file.path}: window "${window}" is not one of the environment's: ${names}`);
    }
    const one = { window, version: version ?? FIRST_VERSION, ending: ending ?? `_v${FIRST_VERSION}` };
    return expansion(file, header, withNames(window), one);
  });
}

function expansion(
  file: SqlFile,
  header: SqlHeader,
  context: SqlContext,
  { window, version, ending = '' }: Pick<SqlExpansion, 'window' | 'version'> & Pick<OneVersion, 'ending'>,
): SqlExpansion {
  const suffix = `${window ? `_${window}` : ''}${ending}`;
  const values = {
    ...context.variables,
    ...(window ? { window, ...context.windows[window] } : {}),
    version: String(version ?? FIRST_VERSION),
    name: `${baseName(file.path)}${suffix}`,
    suffix,
  };
  const variables = normalizeVariables(new Map(Object.entries(values)));
  return { file, header, window, version, suffix, variables };
}

function readObject({ file, header, window, version, suffix, variables }: SqlExpansion): SqlObject {
  const missing = undefinedVariables(withoutComments(file.text), variables);
  if (missing.length > 0) {
    throw new Error(
      `${file.path}: variable${missing.length > 1 ? 's' : ''} ${missing.map((name) => `\${${name}}`).join(', ')} not defined by the environment`,
    );
  }
  const statements = parseFile(file, variables);
  const object = { file: file.path, layer: layerOf(file.path), header, window, version, statements };
  const name =
    statements.find(({ facts }) => facts.makes)?.facts.makes ??
    `${baseName(file.path)}${suffix}`.toUpperCase();
  checkName(name, file, suffix);
  return { ...object, name, dependsOn: outsideNeeds(statements) };
}

function parseFile(file: SqlFile, variables: ReadonlyMap<string, string>): SqlStatement[] {
  let parsed: ParsedStatement[];
  try {
    parsed = parseStatements(createSource(file.text, file.path), { variables });
  } catch (error) {
    if (error instanceof KsqlError) throw new Error(formatDiagnostics(error.diagnostics), { cause: error });
    throw error;
  }
  return withProperties(parsed, file);
}

/** `SET` lines hold for the statement that follows them. */
function withProperties(parsed: readonly ParsedStatement[], file: SqlFile): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let properties: Record<string, string> = {};
  for (const { statement, text, span } of parsed) {
    const facts = statementFacts(statement);
    if (statement.kind === 'SetProperty') {
      properties[statement.name] = statement.value;
    } else if (facts) {
      statements.push({ text, properties, facts });
      properties = {};
    } else {
      throw placeError(
        file,
        span,
        `a ${statement.kind} statement cannot stand here: expected SET, CREATE STREAM, CREATE TABLE or INSERT INTO … SELECT`,
      );
    }
  }
  if (statements.length === 0)
    throw new Error(`${file.path}: holds no statement that makes or fills an object`);
  return statements;
}

function placeError(
  file: SqlFile,
  { line, column }: { line: number; column: number },
  message: string,
): Error {
  return new Error(`${file.path}:${line}:${column}: ${message}`);
}

/** The one object of a file is named like the file, so that it can be found. */
function checkName(name: string, file: SqlFile, suffix: string): void {
  const expected = `${baseName(file.path)}${suffix}`.toUpperCase();
  if (name.toUpperCase() === expected) return;
  throw new Error(`${file.path}: makes "${name}", expected "${expected}", as the file is named`);
}

function outsideNeeds(statements: readonly SqlStatement[]): string[] {
  const made = new Set(statements.map(({ facts }) => facts.makes));
  return [...new Set(statements.flatMap(({ facts }) => facts.needs))].filter((name) => !made.has(name));
}

function layerOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}

function withoutComments(text: string): string {
  return text.replace(/^\s*--.*$/gm, '');
}
