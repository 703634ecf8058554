import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import avro from 'avsc';
import type { Schema } from 'avsc';
import { avroIncompatibility } from '../../operate/plan/avro-compatibility';

/**
 * The contracts over time: `schemas/history/<subject>.<n>.avsc` are the versions that were registered before, `schemas/<subject>.avsc`
 * is the last one. Data of each version must be read by each other, in both directions, as producers and readers are never changed
 * at one moment.
 */
const SCHEMAS = path.resolve(__dirname, '../../schemas');
const HISTORY = path.join(SCHEMAS, 'history');

interface Version {
  readonly number: number;
  readonly text: string;
}

function historyOf(subject: string): Version[] {
  const versions = readdirSync(HISTORY)
    .filter((file) => file.startsWith(`${subject}.`))
    .map((file) => ({
      number: Number(file.slice(subject.length + 1).replace(/\.avsc$/, '')),
      text: readFileSync(path.join(HISTORY, file), 'utf8'),
    }))
    .sort((a, b) => a.number - b.number);
  const text = readFileSync(path.join(SCHEMAS, `${subject}.avsc`), 'utf8');
  return [...versions, { number: versions.length + 1, text }];
}

const subjects = readdirSync(SCHEMAS)
  .filter((file) => file.endsWith('.avsc'))
  .map((file) => file.replace(/\.avsc$/, ''));
const typeOf = (text: string): avro.Type => avro.Type.forSchema(JSON.parse(text) as Schema);

test('the history is of subjects that exist, numbered from 1', () => {
  const known = readdirSync(HISTORY).map((file) => file.replace(/\.\d+\.avsc$/, ''));
  expect(known.filter((subject) => !subjects.includes(subject))).toEqual([]);
  for (const subject of subjects) {
    const numbers = historyOf(subject).map(({ number }) => number);
    expect([subject, ...numbers]).toEqual([subject, ...numbers.map((_, index) => index + 1)]);
  }
});

test('contracts have grown: what is said here of several versions is tried on more than one subject', () => {
  expect(subjects.filter((subject) => historyOf(subject).length > 1).length).toBeGreaterThanOrEqual(2);
});

describe.each(subjects)('%s', (subject) => {
  const versions = historyOf(subject);

  test('each version follows from all before it, as BACKWARD_TRANSITIVE asks, and differs from them', () => {
    for (const [index, { text }] of versions.entries()) {
      for (const earlier of versions.slice(0, index)) {
        expect(avroIncompatibility(earlier.text, text, 'BACKWARD_TRANSITIVE')).toBeUndefined();
        expect(JSON.parse(text)).not.toEqual(JSON.parse(earlier.text));
      }
    }
  });

  test('every reader reads every writer: the fields that both know arrive as they were, others have their default', () => {
    for (const writer of versions) for (const reader of versions) readsAsWritten(writer.text, reader.text);
  });

  test('every field says what it is', () => {
    const { fields } = JSON.parse(versions.at(-1)!.text) as { fields: { name: string; doc?: string }[] };
    expect(fields.filter(({ doc }) => !doc || doc.length < 5).map(({ name }) => name)).toEqual([]);
  });
});

function readsAsWritten(writerText: string, readerText: string): void {
  const [writer, reader] = [typeOf(writerText), typeOf(readerText)];
  const resolver = reader.createResolver(writer);
  const written = fieldNames(writerText);
  const defaults = new Map(
    (JSON.parse(readerText) as { fields: { name: string; default?: unknown }[] }).fields.map((field) => [
      field.name,
      field.default,
    ]),
  );
  for (let round = 0; round < 20; round++) {
    const value = writer.random() as unknown as Record<string, unknown>;
    const read = reader.fromBuffer(writer.toBuffer(value), resolver) as Record<string, unknown>;
    for (const name of fieldNames(readerText)) {
      const expected = written.includes(name) ? value[name] : defaults.get(name);
      expect({ [name]: plain(read[name]) }).toEqual({ [name]: plain(expected) });
    }
  }
}

function fieldNames(text: string): string[] {
  return (JSON.parse(text) as { fields: { name: string }[] }).fields.map(({ name }) => name);
}

/** Without the classes that avsc gives records. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
