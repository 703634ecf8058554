import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { sameJson } from '../../resources/compare-properties';
import type { Json } from '../../resources/declared';
import { parseVersions } from '../../resources/query/versions';
import type { ObjectVersions, Versions } from '../../resources/query/versions';

export const VERSIONS_FILE = 'ksql/versions.yaml';

/** The text of the file with other versions; comments and what does not change stay as they are. */
export function withVersions(text: string, next: Versions): string {
  const before = parseVersions(text, VERSIONS_FILE);
  const document = parseDocument(text);
  for (const [name, own] of Object.entries(next)) {
    if (sameJson(asJson(before[name]), asJson(own))) continue;
    const node = document.createNode(asJson(own), { flow: true });
    document.set(name, node);
  }
  if (!isMap(document.contents)) throw new Error(`${VERSIONS_FILE}: expected a map of names`);
  return document.toString({ lineWidth: 0 });
}

function asJson(versions: ObjectVersions | undefined): Json | undefined {
  if (!versions) return undefined;
  const { running, candidate, retiring, plain } = versions;
  return {
    running,
    ...(candidate === undefined ? {} : { candidate }),
    ...(retiring ? { retiring: retiring.map((one) => ({ ...one })) } : {}),
    ...(plain === undefined ? {} : { plain }),
  };
}

/** Writes the file whole or not at all. */
export function writeVersions(root: string, next: Versions): void {
  const file = path.join(root, VERSIONS_FILE);
  writeWhole(file, withVersions(readFileSync(file, 'utf8'), next));
}

/** The text of a version is kept beside the next one: `sla.v1.sql`. What is kept already stays. */
export function keepText(root: string, file: string, version: number, text: string): void {
  const kept = path.join(root, keptFile(file, version));
  if (!existsSync(kept)) writeWhole(kept, text);
}

export function dropText(root: string, file: string, version: number): void {
  rmSync(path.join(root, keptFile(file, version)), { force: true });
}

/** `ksql/gold/sla.sql`, 1: `ksql/gold/sla.v1.sql`. */
export function keptFile(file: string, version: number): string {
  return file.replace(/(\.v\d+)?\.sql$/, `.v${version}.sql`);
}

function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
