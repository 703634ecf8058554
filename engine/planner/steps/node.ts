import type { Column, DataSource, Format, KeyWindow, LogicalSchema } from '../../catalog/catalog';
import type { AnalyzerEnvironment, QueryAnalysis } from '../../analyzer/analysis';
import type { PlanningContext } from '../context';
import { checkKeyFormat, keyFeatures } from '../format-facts';
import { defaultKeyFormat, makeFormat } from '../source-formats';
import type { Formats, Step } from '../plan';

/** What all builders of one query's steps share. */
export interface Build {
  readonly analysis: QueryAnalysis;
  readonly env: AnalyzerEnvironment;
  readonly context: PlanningContext;
  /** Key format that the sink asks for; the last re-keying of the query uses it. */
  readonly sinkKeyFormat?: Format;
}

/** A step with what its parents need to know beside the schema. */
export interface PlanNode {
  readonly step: Step;
  readonly isTable: boolean;
  readonly keyFormat: Format;
  readonly valueFormat: Format;
  readonly window?: KeyWindow;
  /** Key bytes are those of a source's topic, not of one that the query made. */
  readonly isKeyFromTopic: boolean;
}

/**
 * Formats of an internal topic: of the rows' own, without what only holds for the topic they came from.
 * Keys that the format cannot hold are refused.
 */
export function internalFormats(
  keyFormat: Format,
  valueFormat: Format,
  keyColumns: readonly Column[],
): Formats {
  const { schemaId: _, ...properties } = keyFormat.properties;
  const key: Format = { name: keyFormat.name, properties };
  const features = keyFeatures(key, keyColumns);
  if (keyColumns.length > 0) checkKeyFormat(key, features, keyColumns);
  return {
    keyFormat: key,
    valueFormat: withoutTopicProperties(valueFormat),
    keyFeatures: features,
    valueFeatures: {},
  };
}

/** Schema ids and names belong to one topic; the rest (delimiters, representations) is handed on. */
export function withoutTopicProperties(format: Format): Format {
  const kept = Object.entries(format.properties).filter(
    ([name]) => name !== 'schemaId' && name !== 'fullSchemaName',
  );
  return { name: format.name, properties: Object.fromEntries(kept) };
}

/** The format of a key that a query makes from rows that had none. */
export function keyFormatFor(format: Format, { config }: PlanningContext): Format {
  return format.name === 'NONE' ? makeFormat(defaultKeyFormat(config), {}) : format;
}

export function schemaOf(key: readonly Column[], value: readonly Column[]): LogicalSchema {
  return { key, value, headers: [] };
}

/** The source that gives a query its defaults: formats, partitions. */
export function leftmostSource({ scope }: QueryAnalysis): DataSource {
  return scope.sources[0]!.source;
}
