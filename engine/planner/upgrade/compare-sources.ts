import type { DataSource, Format, KsqlTopic, SerdeFeatures } from '../../catalog/catalog';
import { formatColumn, formatKeyColumn, formatSchema } from '../../catalog/schema-text';
import { quoteName } from '../../types/type-text';
import { featureNames } from '../format-facts';

/** Why a declaration cannot take the place of one that runs, in ksqlDB's words; undefined when it can. */
export function upgradeRefusal(old: DataSource, next: DataSource): string | undefined {
  const prefix = `Cannot upgrade data source: DataSource '${quoteName(old.name)}' has `;
  if (old.kind !== next.kind) return `${prefix}type = K${old.kind} which is not upgradeable to K${next.kind}`;
  const reason = schemaRefusal(old, next);
  if (reason !== undefined) {
    return `${prefix}schema = ${formatSchema(old.schema)} which is not upgradeable to ${formatSchema(next.schema)}. (${reason})`;
  }
  return (
    differing(prefix, 'timestampColumn', formatTimestamp, old, next) ??
    differing(prefix, 'topic', ({ topic }) => formatTopic(topic), old, next)
  );
}

function differing(
  prefix: string,
  what: string,
  print: (source: DataSource) => string,
  old: DataSource,
  next: DataSource,
): string | undefined {
  const [a, b] = [print(old), print(next)];
  return a === b ? undefined : `${prefix}${what} = ${a} which is not upgradeable to ${b}`;
}

function formatTimestamp({ timestamp }: DataSource): string {
  if (timestamp === undefined) return 'Optional.empty';
  const format = timestamp.format === undefined ? 'Optional.empty' : `Optional[${timestamp.format}]`;
  return `Optional[TimestampColumn{column=${quoteName(timestamp.column)}, format=${format}}]`;
}

/** Key columns must stay as they are; value columns may only be added after those that there are. */
function schemaRefusal(old: DataSource, next: DataSource): string | undefined {
  const keys = old.schema.key.map(formatKeyColumn);
  const newKeys = next.schema.key.map(formatKeyColumn);
  const changedKeys = keys.filter((column, i) => column !== newKeys[i]);
  if (changedKeys.length > 0 || newKeys.length > keys.length) {
    const list = changedKeys.length > 0 ? changedKeys : newKeys.slice(keys.length);
    return `Key columns must be identical. The following key columns are changed, missing or reordered: [${list.join(', ')}]`;
  }
  const newValues = next.schema.value.map(formatColumn);
  const changed = old.schema.value.map(formatColumn).filter((column, i) => column !== newValues[i]);
  return changed.length === 0
    ? undefined
    : `The following columns are changed, missing or reordered: [${changed.join(', ')}]`;
}

/** A topic as ksqlDB's messages print it. */
function formatTopic(topic: KsqlTopic): string {
  const { keyFormat, keyFeatures, valueFormat, valueFeatures } = topic;
  const key = `KeyFormat{format=${formatInfo(keyFormat)}, features=${formatFeatures(keyFeatures)}, window=${formatWindow(topic)}}`;
  const value = `ValueFormat{format=${formatInfo(valueFormat)}, features=${formatFeatures(valueFeatures)}}`;
  return `KsqlTopic{kafkaTopicName='${topic.name}', keyFormat=${key}, valueFormat=${value}}`;
}

function formatInfo({ name, properties }: Format): string {
  const list = Object.entries(properties).map(([property, value]) => `${property}=${value}`);
  return `FormatInfo{format=${name}, properties={${list.join(', ')}}}`;
}

function formatFeatures(features: SerdeFeatures): string {
  return `[${featureNames(features).join(', ')}]`;
}

function formatWindow({ window }: KsqlTopic): string {
  if (window === undefined) return 'Optional.empty';
  const size = window.sizeMs === undefined ? 'Optional.empty' : `Optional[${isoDuration(window.sizeMs)}]`;
  return `Optional[WindowInfo{type=${window.type}, size=${size}, emitStrategy=Optional.empty}]`;
}

/** `PT1M30S`, as Java prints durations. */
function isoDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  const parts = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    seconds > 0 ? `${seconds}S` : '',
  ].join('');
  return `PT${parts === '' ? '0S' : parts}`;
}
