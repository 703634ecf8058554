import type { Column, Format, SerdeFeatures } from '../catalog/catalog';
import type { RegisteredSchema } from '../runtime/contracts';
import { fail } from '../analyzer/errors';
import type { PlanningContext } from './context';
import { formatFacts } from './format-facts';

interface Side {
  readonly topic: string;
  readonly isKey: boolean;
  readonly format: Format;
  readonly features: SerdeFeatures;
}

/** Columns of one side of a topic as its registered schema has them: the one fixed by id, else the subject's latest. */
export function inferColumns(side: Side, context: PlanningContext): readonly Column[] {
  const id = side.format.properties['schemaId'];
  const schema = id === undefined ? latest(side, context) : byId(Number(id), side, context);
  // Names in SQL are upper case unless quoted; a schema fixed by id is taken as it is.
  const options = { isKey: side.isKey, features: side.features, keepCase: id !== undefined };
  try {
    return context.translator.columnsOf(schema, side.format, options);
  } catch (error) {
    return failUnreadable(side, error as Error);
  }
}

export function canInfer(format: Format): boolean {
  return formatFacts(format.name).usesRegistry;
}

function latest(side: Side, { schemas }: PlanningContext): RegisteredSchema {
  const subject = `${side.topic}-${side.isKey ? 'key' : 'value'}`;
  return schemas.latest(subject) ?? failMissing(side, `Subject: ${subject}`);
}

function byId(id: number, side: Side, { schemas }: PlanningContext): RegisteredSchema {
  return schemas.byId(id) ?? failMissing(side, `Schema Id: ${id}`);
}

function failUnreadable({ topic, isKey }: Side, error: Error): never {
  const message = `Schema for message ${isKey ? 'keys' : 'values'} on topic '${topic}' cannot be read as columns: ${error.message}`;
  return fail('registrySchema', message, undefined, 'Declare the columns that are to be read.');
}

function failMissing({ topic, isKey }: Side, wanted: string): never {
  const message =
    `Schema for message ${isKey ? 'keys' : 'values'} on topic '${topic}' does not exist in the Schema Registry.\n` +
    `${wanted}\n` +
    `Possible causes include:\n` +
    `- The topic itself does not exist\n\t-> Use SHOW TOPICS; to check\n` +
    `- Messages on the topic are not serialized using a format Schema Registry supports\n` +
    `\t-> Use PRINT '${topic}' FROM BEGINNING; to verify\n` +
    `- Messages on the topic have not been serialized using a Confluent Schema Registry supported serializer`;
  return fail('registrySchema', message, undefined, `Declare the columns, or register a schema first.`);
}
