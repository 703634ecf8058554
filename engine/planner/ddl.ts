import type { AlterSource, DropSource, DropType, RegisterType } from '../ast/statements';
import { fail } from '../analyzer/errors';
import { isSystemColumn } from '../analyzer/pseudo-columns';
import { otherCaseHint } from '../analyzer/scope';
import type { DataSource } from '../catalog/catalog';
import { refuseDuplicates, resolveType } from './columns';
import { formatType } from '../types/type-text';
import type { PlanningContext } from './context';
import { registrationsOf } from './create-source';
import { checkValueFormat } from './format-facts';
import type {
  AlterSourcePlan,
  DropSourcePlan,
  DropTypePlan,
  NoChangePlan,
  RegisterTypePlan,
} from './statement-plan';

/** DROP STREAM / TABLE. */
export function planDrop(statement: DropSource, context: PlanningContext): DropSourcePlan | NoChangePlan {
  const { name, sourceKind, deleteTopic } = statement;
  const source = context.catalog.getSource(name);
  if (source === undefined) {
    if (statement.ifExists) return { kind: 'noChange', message: `Source \`${name}\` does not exist.` };
    const kind = sourceKind === 'STREAM' ? 'Stream' : 'Table';
    return fail(
      'unknownSource',
      `${kind} ${name} does not exist.${otherCaseHint(name, context.catalog)}`,
      statement.loc,
    );
  }
  if (source.kind !== sourceKind) {
    const message = `Incompatible data source type is ${source.kind.toLowerCase()}, but statement was DROP ${sourceKind.toLowerCase()}`;
    fail('declaration', message, statement.loc);
  }
  if (source.isSource && deleteTopic)
    fail('declaration', `Cannot delete topic for read-only source: ${name}`, statement.loc);
  refuseIfUsed(source, context);
  return { kind: 'dropSource', source, terminates: writersOf(name, context), deleteTopic };
}

/** Readers hold a source, and so does any second query that writes to it. */
function refuseIfUsed({ name }: DataSource, context: PlanningContext): void {
  const plans = [...context.queries.values()].map(({ plan }) => plan);
  const readers = plans.filter((plan) => plan.sourceNames.includes(name));
  const streams = [
    ...new Set(readers.filter((plan) => plan.kind === 'CREATE_AS').map((plan) => plan.sinkName)),
  ].sort();
  const lines = [`Cannot drop ${name}.`];
  if (streams.length > 0) {
    lines.push(`The following streams and/or tables read from this source: [${streams.join(', ')}].`);
    lines.push(`You need to drop them before dropping ${name}.`);
    fail('dependency', lines.join('\n'));
  }
  const inserts = plans.filter((plan) => plan.kind === 'INSERT');
  const readingInserts = inserts
    .filter((plan) => plan.sourceNames.includes(name))
    .map((plan) => plan.queryId);
  const writingInserts = inserts.filter((plan) => plan.sinkName === name).map((plan) => plan.queryId);
  if (readingInserts.length + writingInserts.length === 0) return;
  lines.push(`The following queries read from this source: [${readingInserts.sort().join(', ')}].`);
  lines.push(`The following queries write into this source: [${writingInserts.sort().join(', ')}].`);
  lines.push(`You need to terminate them before dropping ${name}.`);
  fail('dependency', lines.join('\n'));
}

function writersOf(name: string, { queries }: PlanningContext): readonly string[] {
  return [...queries.values()].filter(({ plan }) => plan.sinkName === name).map(({ plan }) => plan.queryId);
}

/** ALTER STREAM / TABLE … ADD COLUMN. */
export function planAlter(statement: AlterSource, text: string, context: PlanningContext): AlterSourcePlan {
  const { name, sourceKind } = statement;
  const source = context.catalog.getSource(name);
  if (source === undefined)
    return fail(
      'unknownSource',
      `Source ${name} does not exist.${otherCaseHint(name, context.catalog)}`,
      statement.loc,
    );
  if (source.kind !== sourceKind) {
    const message = `Incompatible data source type is ${source.kind}, but statement was ALTER ${sourceKind}`;
    fail('declaration', message, statement.loc);
  }
  if (source.isCasTarget)
    fail('declaration', `ALTER command is not supported for CREATE ... AS statements.`, statement.loc);
  if (source.isSource)
    fail(
      'declaration',
      `ALTER command is not supported on source ${sourceKind.toLowerCase()} ${name}.`,
      statement.loc,
    );
  const altered = withColumns(source, statement, text, context);
  return { kind: 'alterSource', source: altered, schemas: registrationsOf(altered) };
}

function withColumns(
  source: DataSource,
  statement: AlterSource,
  text: string,
  { catalog }: PlanningContext,
): DataSource {
  const added = statement.addColumns.map(({ name, type }) => ({ name, type: resolveType(type, catalog) }));
  const taken = new Set(
    [...source.schema.key, ...source.schema.value, ...source.schema.headers].map((column) => column.name),
  );
  for (const { name } of added) {
    if (isSystemColumn(name))
      fail(
        'reservedColumn',
        `'${name}' is a reserved column name. You cannot use it as a name for a column.`,
      );
    if (taken.has(name))
      fail(
        'duplicateColumn',
        `Cannot add column \`${name}\` to schema. A column with the same name already exists.`,
      );
  }
  const schema = { ...source.schema, value: [...source.schema.value, ...added] };
  refuseDuplicates(schema);
  checkValueFormat(source.topic.valueFormat, source.topic.valueFeatures, schema.value);
  return { ...source, schema, sql: `${source.sql}\n${text}` };
}

/** CREATE TYPE. */
export function planRegisterType(
  statement: RegisterType,
  { catalog }: PlanningContext,
): RegisterTypePlan | NoChangePlan {
  const { name } = statement;
  const taken = catalog.getType(name);
  if (taken !== undefined && statement.ifNotExists)
    return { kind: 'noChange', message: `${name} is already registered` };
  if (taken !== undefined)
    fail(
      'declaration',
      `Cannot register custom type '${name}' since it is already registered with type: ${formatType(taken)}`,
      statement.loc,
    );
  return { kind: 'registerType', name, type: resolveType(statement.type, catalog) };
}

/** DROP TYPE. */
export function planDropType(
  { name, ifExists, loc }: DropType,
  { catalog }: PlanningContext,
): DropTypePlan | NoChangePlan {
  if (catalog.getType(name) !== undefined) return { kind: 'dropType', name };
  if (ifExists) return { kind: 'noChange', message: `Type '${name}' does not exist` };
  return fail('declaration', `Type ${name} does not exist.`, loc);
}
