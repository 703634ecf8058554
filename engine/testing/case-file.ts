import { readFileSync } from 'node:fs';
import { isObject, JsonNumber, jsonText, parseJson, plain } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { CasePost, CaseRecord, CaseTopic, TestCase } from './test-case';

/** All runs of a JSON case file: a case with several formats or configurations gives one each. */
export function readCaseFile(path: string): TestCase[] {
  const file = parseJson(readFileSync(path, 'utf8'));
  const tests = isObject(file) ? file['tests'] : undefined;
  if (!Array.isArray(tests)) throw new Error(`${path}: expected an object with a list "tests"`);
  return (tests as JsonObject[]).flatMap(expand);
}

function expand(test: JsonObject): TestCase[] {
  const formats = list(test['format']);
  const configs = list(test['config']);
  const variants =
    formats.length > 0
      ? formats.map((f) => ['{FORMAT}', f] as const)
      : configs.map((c) => ['{CONFIG}', c] as const);
  if (variants.length === 0) return [readCase(test)];
  return variants.map(([placeholder, value]) =>
    readCase(replaceIn(test, placeholder, text(value)) as JsonObject, text(value)),
  );
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as JsonValue[]) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function replaceIn(value: JsonValue, placeholder: string, by: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll(placeholder, by);
  if (Array.isArray(value)) return (value as JsonValue[]).map((item) => replaceIn(item, placeholder, by));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k.replaceAll(placeholder, by), replaceIn(v, placeholder, by)]),
  );
}

/** Reads one case; used for both file formats, whose fields have the same names. */
export function readCase(test: JsonObject, variant?: string): TestCase {
  const { expectedException } = test;
  return {
    name: text(test['name']),
    variant,
    statements: list(test['statements']).map(text),
    properties: properties(test['properties']),
    topics: list(test['topics']).map((topic) => readTopic(topic as JsonObject)),
    inputs: list(test['inputs']).map((record) => readRecord(record as JsonObject)),
    outputs: list(test['outputs']).map((record) => readRecord(record as JsonObject)),
    expectedException: isObject(expectedException)
      ? { message: plain(expectedException['message']) as string | undefined }
      : undefined,
    post: isObject(test['post']) ? readPost(test['post']) : undefined,
  };
}

function properties(value: JsonValue | undefined): Record<string, string> {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, text(item)]))
    : {};
}

function number(value: JsonValue | undefined): number | undefined {
  return value instanceof JsonNumber ? Number(value.text) : undefined;
}

function readTopic(topic: JsonObject): CaseTopic {
  const name = (field: string): string | undefined =>
    topic[field] === undefined ? undefined : text(topic[field]);
  return {
    name: text(topic['name']),
    partitions: number(topic['partitions']),
    replicas: number(topic['replicas']) ?? 1,
    keyFormat: name('keyFormat'),
    valueFormat: name('valueFormat') ?? name('format'),
    keySchema: topic['keySchema'],
    valueSchema: topic['valueSchema'] ?? topic['schema'],
    keySchemaId: number(topic['keySchemaId']),
    valueSchemaId: number(topic['valueSchemaId']),
    keySchemaReferences: topic['keySchemaReferences'],
    valueSchemaReferences: topic['valueSchemaReferences'],
  };
}

function readRecord(record: JsonObject): CaseRecord {
  const { window, headers } = record;
  return {
    topic: text(record['topic']),
    key: record['key'] ?? null,
    value: record['value'] ?? null,
    timestamp: number(record['timestamp']),
    window: isObject(window) ? (plain(window) as CaseRecord['window']) : undefined,
    headers: Array.isArray(headers) ? (headers as JsonObject[]).map(readHeader) : undefined,
  };
}

function readHeader(header: JsonObject): { readonly key: string; readonly value: string | null } {
  const value = header['VALUE'] ?? null;
  return { key: text(header['KEY']), value: value === null ? null : text(value) };
}

function readPost(post: JsonObject): CasePost {
  const topics = isObject(post['topics']) ? post['topics'] : {};
  return {
    sources: list(post['sources']) as readonly JsonObject[],
    topics: list(topics['topics']) as readonly JsonObject[],
    blacklist: topics['blacklist'] === undefined ? undefined : text(topics['blacklist']),
  };
}
