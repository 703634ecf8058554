import type { CreateSource, TableElement } from '../ast/statements';
import type { Catalog, Column, DataSource, Format, LogicalSchema, SerdeFeatures } from '../catalog/catalog';
import { at, fail } from '../analyzer/errors';
import { isSystemColumn } from '../analyzer/pseudo-columns';
import { refuseDuplicates, resolveType } from './columns';
import type { PlanningContext } from './context';
import { checkKeyFormat, checkValueFormat, formatFacts, keyFeatures } from './format-facts';
import { canInfer, inferColumns } from './inference';
import { headerColumns } from './header-columns';
import { existingSource } from './replace-rules';
import { declaredKeyFormat, declaredValueFormat, namedKeyFormat, valueFeatures } from './source-formats';
import type { CreateSourcePlan, NoChangePlan, SchemaRegistration } from './statement-plan';
import { timestampColumn } from './timestamps';
import { cleanupPolicyOf, declaredTopic } from './topics';
import { readWith } from './with-properties';
import type { With } from './with-properties';
import { upgradeRefusal } from './upgrade/compare-sources';

/** CREATE STREAM and CREATE TABLE over a topic. */
export function planCreateSource(
  statement: CreateSource,
  text: string,
  context: PlanningContext,
): CreateSourcePlan | NoChangePlan {
  const wish = readWith(statement.properties, 'CREATE_SOURCE');
  const existing = existingSource(statement, context.catalog);
  if (existing !== undefined && statement.ifNotExists) return alreadyThere(statement, existing);
  const source = declareSource(statement, wish, text, context);
  refuseExisting(statement, source, existing);
  const policy = cleanupPolicyOf(source.kind, source.topic.window !== undefined);
  const topic = declaredTopic(source.topic.name, wish, wish.cleanupPolicy ?? policy, text, context);
  return {
    kind: 'createSource',
    source,
    topic,
    schemas: registrationsOf(source),
    replaces: existing !== undefined,
  };
}

function alreadyThere({ name, sourceKind }: CreateSource, existing: DataSource): NoChangePlan {
  const kind = existing.kind.toLowerCase();
  const message = `Cannot add ${sourceKind.toLowerCase()} \`${name}\`: A ${kind} with the same name already exists.`;
  return { kind: 'noChange', message };
}

/** Refuses a name that is taken, and a replacement that readers of the old declaration would not survive. */
export function refuseExisting(
  statement: { readonly name: string; readonly sourceKind: 'STREAM' | 'TABLE'; readonly orReplace: boolean },
  source: DataSource,
  existing: DataSource | undefined,
): void {
  const kind = statement.sourceKind.toLowerCase();
  const cannotAdd = `Cannot add ${kind} '${statement.name}': `;
  if (statement.orReplace && (source.isSource || existing?.isSource === true)) {
    fail('declaration', `${cannotAdd}CREATE OR REPLACE is not supported on source ${kind}s.`);
  }
  if (existing === undefined) return;
  if (!statement.orReplace)
    fail('declaration', `${cannotAdd}A ${existing.kind.toLowerCase()} with the same name already exists`);
  const refusal = upgradeRefusal(existing, source);
  if (refusal !== undefined) fail('upgrade', refusal);
}

interface Sides {
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly keyFormat: Format;
  readonly valueFormat: Format;
  readonly keyFeatures: SerdeFeatures;
  readonly valueFeatures: SerdeFeatures;
}

function declareSource(
  statement: CreateSource,
  wish: With,
  text: string,
  context: PlanningContext,
): DataSource {
  checkElements(statement);
  const topicName =
    wish.kafkaTopic ??
    fail(
      'withProperty',
      'Failed to prepare statement: Missing required property "KAFKA_TOPIC" which has no default value.',
    );
  const sides = resolveSides(statement, topicName, wish, context);
  const schema: LogicalSchema = {
    key: sides.key,
    value: sides.value,
    headers: headerColumns(statement, context.catalog),
  };
  checkSchema(statement, schema, sides, wish);
  const { keyFormat, valueFormat } = sides;
  return {
    kind: statement.sourceKind,
    name: statement.name,
    sql: text,
    schema,
    topic: {
      name: topicName,
      keyFormat,
      valueFormat,
      keyFeatures: sides.keyFeatures,
      valueFeatures: sides.valueFeatures,
      window: wish.window,
    },
    timestamp: timestampColumn(wish, [...schema.key, ...schema.value]),
    isSource: statement.isSource,
    isCasTarget: false,
  };
}

function checkElements({ sourceKind, elements }: CreateSource): void {
  for (const element of elements) {
    if (isSystemColumn(element.name)) {
      const message = `'${element.name}' is a reserved column name. You cannot use it as a name for a column.`;
      fail('reservedColumn', message, element.loc);
    }
    checkConstraint(element, sourceKind);
  }
}

function checkConstraint(element: TableElement, sourceKind: 'STREAM' | 'TABLE'): void {
  const { kind } = element.constraint;
  const wrong = sourceKind === 'STREAM' ? kind === 'PRIMARY KEY' : kind === 'KEY';
  if (wrong) {
    const wanted = sourceKind === 'STREAM' ? "'KEY' for streams" : "'PRIMARY KEY' for tables";
    const message =
      `${at(element.loc)}Column ${element.name} is a '${kind}' column: please use ${wanted}.\n` +
      'Tables have PRIMARY KEYs, which are unique and NON NULL.\n' +
      'Streams have KEYs, which have no uniqueness or NON NULL constraints.';
    fail('declaration', message, element.loc);
  }
}

function columnsWith(statement: CreateSource, kinds: readonly string[], catalog: Catalog): readonly Column[] {
  const elements = statement.elements.filter((element) => kinds.includes(element.constraint.kind));
  return elements.map((element) => ({ name: element.name, type: resolveType(element.type, catalog) }));
}

/** Columns as declared, or as the registry has them where a side declares none and its format can tell. */
function resolveSides(statement: CreateSource, topic: string, wish: With, context: PlanningContext): Sides {
  const { catalog, config } = context;
  const declaredKey = columnsWith(statement, ['KEY', 'PRIMARY KEY'], catalog);
  const declaredValue = columnsWith(statement, ['NONE'], catalog);
  refuseElementsWithSchemaId(declaredKey, 'KEY', wish.key.properties);
  refuseElementsWithSchemaId(declaredValue, 'VALUE', wish.value.properties);
  const keyFormat = namedKeyFormat(declaredKeyFormat(wish.key, config), statement.name);
  const valueFormat = declaredValueFormat(wish.value, config);
  const inferredValueFeatures: SerdeFeatures =
    wish.wrapSingleValue === undefined ? {} : { wrapSingle: wish.wrapSingleValue };
  const key =
    declaredKey.length > 0 || !canInfer(keyFormat)
      ? declaredKey
      : inferColumns({ topic, isKey: true, format: keyFormat, features: { wrapSingle: false } }, context);
  const value =
    declaredValue.length > 0 || !canInfer(valueFormat)
      ? declaredValue
      : inferColumns({ topic, isKey: false, format: valueFormat, features: inferredValueFeatures }, context);
  return {
    key,
    value,
    keyFormat,
    valueFormat,
    keyFeatures: keyFeatures(keyFormat, key),
    valueFeatures: valueFeatures(valueFormat, value, wish.wrapSingleValue, config),
  };
}

function refuseElementsWithSchemaId(
  columns: readonly Column[],
  side: string,
  properties: Readonly<Record<string, string>>,
): void {
  if (columns.length === 0 || properties['schemaId'] === undefined) return;
  fail('registrySchema', `Table elements and ${side}_SCHEMA_ID cannot both exist for create statement.`);
}

function checkSchema(statement: CreateSource, schema: LogicalSchema, sides: Sides, wish: With): void {
  if (statement.sourceKind === 'TABLE' && schema.key.length === 0) {
    fail('declaration', 'Tables require a PRIMARY KEY. Please define the PRIMARY KEY.', statement.loc);
  }
  if (schema.key.length + schema.value.length + schema.headers.length === 0) {
    fail('declaration', 'The statement does not define any columns.', statement.loc);
  }
  if (wish.window !== undefined && schema.key.length === 0)
    fail('window', 'Windowed sources require a key column.', statement.loc);
  refuseDuplicates(schema);
  refuseAcrossParts(schema);
  checkKeyFormat(sides.keyFormat, sides.keyFeatures, schema.key);
  checkValueFormat(sides.valueFormat, sides.valueFeatures, schema.value);
}

/** A name may stand in one part of the schema only. */
function refuseAcrossParts(schema: LogicalSchema): void {
  const names = [...schema.key, ...schema.value, ...schema.headers].map((column) => column.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) fail('duplicateColumn', `Duplicate column names: ${repeated}`);
}

/** Schemas that lie in the registry once the source is there. */
export function registrationsOf(source: DataSource): readonly SchemaRegistration[] {
  const { name: topic, keyFormat, valueFormat, keyFeatures: key, valueFeatures: value } = source.topic;
  const sides: readonly SchemaRegistration[] = [
    { topic, isKey: true, format: keyFormat, features: key, columns: source.schema.key },
    { topic, isKey: false, format: valueFormat, features: value, columns: source.schema.value },
  ];
  return sides.filter((side) => formatFacts(side.format.name).usesRegistry && side.columns.length > 0);
}
