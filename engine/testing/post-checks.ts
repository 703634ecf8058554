import type { DataSource, Format, SerdeFeatures } from '../catalog/catalog';
import { formatSchema } from '../catalog/schema-text';
import { parseStatements } from '../parser';
import { createSource } from '../source/source';
import { DEFAULT_TOPIC } from './case-world';
import type { CaseWorld } from './case-world';
import type { Mismatch } from './compare-records';
import { isObject, jsonText, JsonNumber, parseJson, plain } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { CasePost } from './test-case';
import { resolveType } from '../planner/columns';

/** Sources and topics that a case expects to exist at its end. */
export function checkPost(world: CaseWorld, post: CasePost): Mismatch | undefined {
  for (const source of post.sources) {
    const mismatch = checkSource(world, source);
    if (mismatch !== undefined) return mismatch;
  }
  for (const topic of post.topics) {
    const mismatch = checkTopic(world, topic);
    if (mismatch !== undefined) return mismatch;
  }
  return checkBlacklist(world, post.blacklist);
}

function differ(reason: string, expected: unknown, got: unknown): Mismatch | undefined {
  const [a, b] = [JSON.stringify(expected), JSON.stringify(got)];
  return a === b
    ? undefined
    : { reason: `post: ${reason} differs`, expected: a ?? 'undefined', got: b ?? 'undefined' };
}

function checkSource(world: CaseWorld, expected: JsonObject): Mismatch | undefined {
  const name = plain(expected['name']) as string;
  const source = world.catalog.getSource(name);
  if (source === undefined)
    return {
      reason: `post: there is no source ${name}`,
      expected: name,
      got: world.catalog
        .sources()
        .map((s) => s.name)
        .join(', '),
    };
  const checks: (() => Mismatch | undefined)[] = [
    () =>
      differ(
        `type of ${name}`,
        (plain(expected['type']) as string | undefined)?.toUpperCase() ?? source.kind,
        source.kind,
      ),
    () => checkSchema(world, name, plain(expected['schema']) as string | undefined, source),
    () => checkFormat(`key format of ${name}`, expected['keyFormat'], source.topic.keyFormat, undefined),
    () => checkWindow(`window of ${name}`, expected['keyFormat'], source),
    () =>
      checkFormat(`value format of ${name}`, expected['valueFormat'], source.topic.valueFormat, undefined),
    () => checkFeatures(`key features of ${name}`, expected['keyFeatures'], source.topic.keyFeatures),
    () => checkFeatures(`value features of ${name}`, expected['valueFeatures'], source.topic.valueFeatures),
    () =>
      expected['isSource'] === undefined
        ? undefined
        : differ(`isSource of ${name}`, expected['isSource'], source.isSource),
  ];
  return firstOf(checks);
}

function firstOf(checks: readonly (() => Mismatch | undefined)[]): Mismatch | undefined {
  for (const check of checks) {
    const mismatch = check();
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** A case writes a schema as SQL does, in any case and with any alias of the types. */
function checkSchema(
  world: CaseWorld,
  name: string,
  text: string | undefined,
  source: DataSource,
): Mismatch | undefined {
  if (text === undefined) return undefined;
  const sql = `CREATE STREAM X (${text.replace(/\bPRIMARY KEY\b/gi, 'KEY')}) WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');`;
  const [parsed] = parseStatements(createSource(text.trim() === '' ? sql.replace('()', '') : sql));
  if (parsed?.statement.kind !== 'CreateSource') return undefined;
  const columns = parsed.statement.elements.map((e) => ({
    name: e.name,
    isKey: e.constraint.kind === 'KEY',
    isHeader: e.constraint.kind.startsWith('HEADER'),
    type: resolveType(e.type, world.catalog),
  }));
  const expected = formatSchema({
    key: columns.filter((c) => c.isKey),
    value: columns.filter((c) => !c.isKey && !c.isHeader),
  });
  return differ(
    `schema of ${name}`,
    expected,
    formatSchema({ key: source.schema.key, value: source.schema.value }),
  );
}

function checkFormat(
  what: string,
  expected: JsonValue | undefined,
  format: Format,
  features: SerdeFeatures | undefined,
): Mismatch | undefined {
  if (expected === undefined || expected === null) return undefined;
  if (typeof expected === 'string') return differ(what, expected.toUpperCase(), format.name);
  if (!isObject(expected)) return undefined;
  const name = plain(expected['format'] ?? null) as string | null;
  return firstOf([
    () => (name === null ? undefined : differ(what, name.toUpperCase(), format.name)),
    () =>
      isObject(expected['properties'])
        ? differ(`${what} (properties)`, sorted(expected['properties']), sorted(format.properties))
        : undefined,
    () =>
      features === undefined
        ? undefined
        : checkFeatures(`${what} (features)`, expected['features'] ?? [], features),
  ]);
}

function sorted(object: object): unknown {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function checkWindow(
  what: string,
  expected: JsonValue | undefined,
  source: DataSource,
): Mismatch | undefined {
  if (!isObject(expected) || expected['windowType'] === undefined) return undefined;
  const { window } = source.topic;
  const size = expected['windowSize'];
  return differ(
    what,
    [plain(expected['windowType']), size instanceof JsonNumber ? Number(size.text) : null],
    [window?.type ?? null, window?.sizeMs ?? null],
  );
}

function checkFeatures(
  what: string,
  expected: JsonValue | undefined,
  features: SerdeFeatures,
): Mismatch | undefined {
  if (!Array.isArray(expected)) return undefined;
  const got =
    features.wrapSingle === undefined ? [] : [features.wrapSingle ? 'WRAP_SINGLES' : 'UNWRAP_SINGLES'];
  return differ(what, expected, got);
}

function checkTopic(world: CaseWorld, expected: JsonObject): Mismatch | undefined {
  const name = plain(expected['name']) as string;
  const topic = topicsOf(world).get(name);
  if (topic === undefined)
    return {
      reason: `post: there is no topic ${name}`,
      expected: name,
      got: [...topicsOf(world).keys()].join('\n'),
    };
  return firstOf([
    () =>
      topic.keyFormat &&
      checkFormat(`key format of topic ${name}`, expected['keyFormat'], topic.keyFormat, topic.keyFeatures),
    () =>
      topic.valueFormat &&
      checkFormat(
        `value format of topic ${name}`,
        expected['valueFormat'],
        topic.valueFormat,
        topic.valueFeatures,
      ),
    () =>
      expected['partitions'] === undefined || topic.partitions === undefined
        ? undefined
        : differ(`partitions of topic ${name}`, plain(expected['partitions']), topic.partitions),
    () => checkRegistered(world, `${name}-key`, expected['keySchema']),
    () => checkRegistered(world, `${name}-value`, expected['valueSchema']),
  ]);
}

interface KnownTopic {
  readonly partitions?: number;
  readonly keyFormat?: Format;
  readonly valueFormat?: Format;
  readonly keyFeatures?: SerdeFeatures;
  readonly valueFeatures?: SerdeFeatures;
}

function topicsOf(world: CaseWorld): Map<string, KnownTopic> {
  const topics = new Map<string, KnownTopic>();
  for (const [name, info] of world.topics) {
    // ksqlDB's tool knows topics that a query made by their default size, whatever the query's sources have.
    const partitions = world.unsizedTopics.has(name) ? DEFAULT_TOPIC.partitions : info.partitions;
    topics.set(name, { ...info, partitions, ...world.topicFormats.get(name)?.topic });
  }
  for (const { topology } of world.compiled) {
    for (const { name, formats } of topology.repartitionTopics) topics.set(name, { ...formats });
    for (const { stores } of topology.subTopologies)
      for (const { changelogTopic, formats } of stores) topics.set(changelogTopic, { ...formats });
  }
  return topics;
}

function checkRegistered(
  world: CaseWorld,
  subject: string,
  expected: JsonValue | undefined,
): Mismatch | undefined {
  if (expected === undefined || expected === null) return undefined;
  // Our changelogs hold a binary form of their own, for which nothing is registered.
  if (/-changelog-(key|value)$/.test(subject)) return undefined;
  const registered = world.registry.latestOf(subject);
  if (typeof expected === 'string' && registered?.type !== 'AVRO')
    return differ(`schema of ${subject}`, expected.trim(), registered?.text.trim());
  const got = registered === undefined ? null : parseJson(registered.text);
  return differ(`schema of ${subject}`, canonical(bare(expected)), canonical(bare(got)));
}

/** A primitive Avro schema may be its name alone. */
function bare(schema: JsonValue): JsonValue {
  return isObject(schema) && Object.keys(schema).join() === 'type' ? schema['type']! : schema;
}

/** Order of fields does not matter in JSON. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as JsonValue[]).map(canonical).join(',')}]`;
  if (!isObject(value)) return jsonText(value);
  return `{${Object.keys(value)
    .sort()
    .map((k) => `${k}:${canonical(value[k]!)}`)
    .join(',')}}`;
}

function checkBlacklist(world: CaseWorld, blacklist: string | undefined): Mismatch | undefined {
  if (blacklist === undefined) return undefined;
  const pattern = new RegExp(`^(?:${blacklist})$`);
  const found = [...topicsOf(world).keys()].filter((name) => pattern.test(name));
  return found.length === 0
    ? undefined
    : {
        reason: 'post: topics that must not be there',
        expected: `none like ${blacklist}`,
        got: found.join(', '),
      };
}
