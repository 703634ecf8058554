import { readFileSync } from 'node:fs';
import { isObject, JsonNumber, jsonText, JsonTextError, parseJson, plain } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import { isRestCase, readRestExpectation } from './rest/rest-case';
import { TestFileError } from './test-file-error';
import type { CasePost, CaseRecord, CaseTopic, TestCase } from './test-case';

/**
 * All runs of a JSON case file: a case with several formats or configurations gives one each.
 * @throws TestFileError the file cannot be read, is no JSON, or is of another shape
 */
export function readCaseFile(path: string): TestCase[] {
  const file = parseFile(path);
  const tests = isObject(file) ? file['tests'] : undefined;
  if (!Array.isArray(tests)) throw TestFileError.at(path, '', 'expected an object with a list "tests"');
  (tests as JsonValue[]).forEach((test, i) => checkShape(path, test, i));
  // A file is of one suite: of the REST suite when any of its cases expects answers.
  const isRest = (tests as JsonObject[]).some(isRestCase);
  return (tests as JsonObject[]).flatMap((test) => expand(test, isRest));
}

function parseFile(path: string): JsonValue {
  const text = readFileSync(path, 'utf8');
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    const place = `:${before.length}:${before.at(-1)!.length + 1}`;
    throw TestFileError.at(path, place, `not JSON: ${error.message.replace(/ at offset \d+$/, '')}`);
  }
}

const LISTS = ['format', 'config', 'topics', 'inputs', 'outputs', 'responses'];

function checkShape(path: string, test: JsonValue, index: number): void {
  const fail = (what: string): never => {
    throw TestFileError.at(path, '', `tests[${index}]${what}`);
  };
  if (!isObject(test)) return fail(': expected an object');
  const name = typeof test['name'] === 'string' ? ` (${test['name']})` : fail('.name: expected a text');
  const { statements } = test;
  if (!Array.isArray(statements) || !(statements as JsonValue[]).every((item) => typeof item === 'string'))
    fail(`.statements${name}: expected a list of texts`);
  for (const field of LISTS)
    if (test[field] !== undefined && !Array.isArray(test[field])) fail(`.${field}${name}: expected a list`);
}

function expand(test: JsonObject, isRest: boolean): TestCase[] {
  const formats = list(test['format']);
  const configs = list(test['config']);
  const variants =
    formats.length > 0
      ? formats.map((f) => ['{FORMAT}', f] as const)
      : configs.map((c) => ['{CONFIG}', c] as const);
  const read = (json: JsonObject, variant?: string): TestCase => ({
    ...readCase(json, variant),
    rest: isRest ? readRestExpectation(json) : undefined,
  });
  if (variants.length === 0) return [read(test)];
  return variants.map(([placeholder, value]) =>
    read(replaceIn(test, placeholder, text(value)) as JsonObject, text(value)),
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
export function readCase(test: JsonObject, format?: string): TestCase {
  const { expectedException } = test;
  return {
    name: text(test['name']),
    format,
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
