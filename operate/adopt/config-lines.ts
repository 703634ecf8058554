import { isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Proposal } from './proposal';

const ADOPTED = ['config', 'naap:adopted'];
const GATEWAYS = ['config', 'naap:gateways'];

/** The text of `Pulumi.<stack>.yaml` with the lines of these proposals; everything else stays as it is written. */
export function withLines(text: string, proposals: readonly Proposal[]): string {
  if (proposals.every(({ lines, gateways = [] }) => isEmpty(lines) && gateways.length === 0)) return text;
  const document = parseDocument(text);
  for (const { lines = {}, gateways = [] } of proposals) {
    for (const [section, value] of Object.entries(lines)) addSection(document, section, value);
    for (const name of gateways) append(document, GATEWAYS, { name });
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function isEmpty(lines: Proposal['lines']): boolean {
  return Object.keys(lines ?? {}).length === 0;
}

function addSection(document: Document, section: string, value: unknown): void {
  const path = [...ADOPTED, section];
  if (Array.isArray(value)) return value.forEach((item) => append(document, path, item));
  for (const [key, item] of Object.entries(value as object))
    document.setIn([...path, key], document.createNode(item));
}

function append(document: Document, path: readonly string[], item: unknown): void {
  const list = document.getIn(path);
  if (isSeq(list)) list.add(document.createNode(item));
  else document.setIn(path, document.createNode([item]));
}
