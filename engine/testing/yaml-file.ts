import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { readCase } from './case-file';
import { isObject, JsonNumber, jsonText } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { TestCase } from './test-case';
import { TestFileError } from './test-file-error';

/**
 * Reads a `*.test.yaml`: one case, or a list of them under `tests`; the fields are those of the JSON cases. In addition
 * `statements` takes `{file: x.sql}` (relative to this file), `variables` fills `${name}` in all statements, and
 * a topic's schema may be `{file: x.avsc}`.
 */
export function readYamlFile(path: string): TestCase[] {
  const root = parseYaml(path);
  if (!isObject(root))
    throw TestFileError.at(path, '', 'expected a mapping with "statements", or with a list "tests"');
  const { tests, ...shared } = root;
  const cases = Array.isArray(tests) ? (tests as JsonValue[]) : [root];
  return cases.map((test) => {
    if (!isObject(test)) throw TestFileError.at(path, '', 'each of "tests" must be a mapping');
    return readYamlCase(path, Array.isArray(tests) ? { ...shared, ...test } : test);
  });
}

function readYamlCase(path: string, test: JsonObject): TestCase {
  refuseUnknown(path, test);
  if (!Array.isArray(test['statements']))
    throw TestFileError.at(path, '', `"${nameOf(test)}" needs a list "statements"`);
  const statements = (test['statements'] as JsonValue[]).map((statement) => statementText(path, statement));
  const topics = Array.isArray(test['topics'])
    ? (test['topics'] as JsonObject[]).map((t) => withSchemaFiles(path, t))
    : [];
  const read = readCase({ ...test, name: nameOf(test), statements, topics });
  return { ...read, variables: variablesOf(test['variables']) };
}

function nameOf(test: JsonObject): string {
  return typeof test['name'] === 'string' ? test['name'] : 'unnamed case';
}

const FIELDS: ReadonlySet<string> = new Set([
  'name',
  'description',
  'variables',
  'statements',
  'properties',
  'topics',
  'inputs',
  'outputs',
  'expectedException',
  'post',
]);

function refuseUnknown(path: string, test: JsonObject): void {
  const unknown = Object.keys(test).filter((field) => !FIELDS.has(field));
  if (unknown.length === 0) return;
  throw TestFileError.at(
    path,
    '',
    `"${nameOf(test)}" has unknown fields ${unknown.join(', ')}; known are ${[...FIELDS].join(', ')}`,
  );
}

function statementText(path: string, statement: JsonValue): string {
  if (typeof statement === 'string') return statement;
  if (isObject(statement) && typeof statement['file'] === 'string')
    return readBeside(path, statement['file']);
  throw TestFileError.at(path, '', `a statement must be SQL text or {file: …}, found ${jsonText(statement)}`);
}

function withSchemaFiles(path: string, topic: JsonObject): JsonObject {
  const resolved = (schema: JsonValue | undefined): JsonValue | undefined =>
    isObject(schema) && typeof schema['file'] === 'string' ? readBeside(path, schema['file']) : schema;
  const entries = Object.entries(topic).map(([name, value]) => [
    name,
    name.endsWith('Schema') ? resolved(value) : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function readBeside(path: string, file: string): string {
  const full = join(dirname(path), file);
  if (!existsSync(full)) throw TestFileError.at(path, '', `there is no file ${file} beside it`);
  return readFileSync(full, 'utf8');
}

function variablesOf(variables: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isObject(variables)) return {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : jsonText(value),
    ]),
  );
}

function parseYaml(path: string): JsonValue {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw TestFileError.at(path, `:${line}:${col}`, error.message.split('\n')[0]!);
  }
  return toJson(document.contents);
}

/** Numbers keep their digits: a double would round 64-bit integers and decimals. */
function toJson(node: Node | null): JsonValue {
  if (isMap(node))
    return Object.fromEntries(
      node.items.map((pair) => [keyText(pair.key), toJson(pair.value as Node | null)]),
    );
  if (isSeq(node)) return node.items.map((item) => toJson(item as Node));
  if (!isScalar(node)) return null;
  const { value, source } = node;
  if (typeof value === 'number' || typeof value === 'bigint')
    return new JsonNumber(decimalText(value, source));
  return value as string | boolean | null;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function decimalText(value: number | bigint, source: string | undefined): string {
  return source !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(source) ? source : String(value);
}
