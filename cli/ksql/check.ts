import type { Diagnostic } from '../../engine/index';
import { lintStatements } from '../../engine/index';
import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile } from '../../resources/query/sql-files';
import type { SqlProject } from './sql-project';
import { fileError, readUnits, withoutRepeats } from './sql-unit';
import type { ReadUnits, SqlUnit } from './sql-unit';
import { typeCheck } from './type-check';
import type { EngineWorld } from './type-check';
import { orderUnits } from './unit-order';

export interface CheckInput {
  /** What is to be checked. */
  readonly files: readonly SqlFile[];
  /** The declaration that the files may belong to. */
  readonly project?: SqlProject;
  /** Values of `${name}` in files outside the declaration. */
  readonly defines: Readonly<Record<string, string>>;
  readonly world: EngineWorld;
}

export interface CheckResult {
  /** Of the files that were given, in the order of file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every unit that could be read, each after those that it needs; also those of the declaration around the files. */
  readonly units: readonly SqlUnit[];
  readonly statements: number;
}

/**
 * Parses, orders, lints and types files as ksqlDB would see them, without a server. A file of the declaration is checked
 * against all of it; any other only against the files that are given with it.
 */
export function checkSql({ files, project, defines, world }: CheckInput): CheckResult {
  const read = readAll({ files, project, defines });
  const ordered = orderUnits(read.units);
  const statements = ordered.units.flatMap((unit) => unit.statements);
  const diagnostics = [...read.diagnostics, ...ordered.diagnostics, ...lintStatements(statements)];
  const { schemas = [], topics = new Map() } = project ?? {};
  diagnostics.push(...typeCheck(statements, { ...world, schemas, topics, unread: read.unread }));
  if (!diagnostics.some(({ severity }) => severity === 'error')) diagnostics.push(...declarationMistakes(files, project));
  const asked = new Set(files.map(({ path }) => path));
  const own = withoutRepeats(diagnostics.filter(({ source }) => source === undefined || asked.has(source.name)));
  const count = ordered.units.filter(({ file }) => asked.has(file.path)).reduce((sum, unit) => sum + unit.statements.length, 0);
  return { diagnostics: own.sort(byPlace), units: ordered.units, statements: count };
}

function readAll({ files, project, defines }: Pick<CheckInput, 'files' | 'project' | 'defines'>): ReadUnits {
  const declared = new Set(project?.files.map(({ path }) => path));
  const outside = files.filter(({ path }) => !declared.has(path));
  const inside = outside.length < files.length ? project : undefined;
  const around = inside ? readUnits(inside.files, inside.files, withDefines(inside.context, defines)) : NOTHING;
  const alone = readUnits(outside, outside, { variables: defines, windows: project?.context.windows ?? {}, versions: {} });
  return { units: [...around.units, ...alone.units], diagnostics: [...around.diagnostics, ...alone.diagnostics], unread: [...around.unread, ...alone.unread] };
}

const NOTHING: ReadUnits = { units: [], diagnostics: [], unread: [] };

function withDefines(context: SqlContext, defines: Readonly<Record<string, string>>): SqlContext {
  return { ...context, variables: { ...context.variables, ...defines } };
}

/** What only the loader of the declaration refuses: names that do not fit their files, statements that have no place there. */
function declarationMistakes(files: readonly SqlFile[], project: SqlProject | undefined): Diagnostic[] {
  if (!project || !files.some(({ path }) => project.files.some((file) => file.path === path))) return [];
  try {
    loadSqlFiles(project.files, project.context);
    return [];
  } catch (error) {
    const { message } = error as Error;
    const file = project.files.find(({ path }) => message.startsWith(`${path}:`)) ?? { path: 'ksql', text: '' };
    return [fileError('KE1011', file, message.replace(`${file.path}: `, ''))];
  }
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.source?.name ?? '', b.source?.name ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a.span?.line ?? 0) - (b.span?.line ?? 0) || (a.span?.column ?? 0) - (b.span?.column ?? 0);
}
