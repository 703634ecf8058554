import { parseStatement } from '../engine/index';
import type { DeclaredQuery } from '../resources/query/query';
import { literalText } from '../resources/query/statement-facts';

/** A topic that ksqlDB makes for a declared object, with what its WITH clause says of it. */
export interface DerivedTopic {
  readonly name: string;
  /** The object that writes it. */
  readonly query: string;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config: Readonly<Record<string, string>>;
  /** Whether each side's format keeps its schema in the registry. */
  readonly registered: { readonly key: boolean; readonly value: boolean };
}

/** Formats whose schemas ksqlDB registers. */
const REGISTERED = new Set(['AVRO', 'PROTOBUF', 'PROTOBUF_NOSR', 'JSON_SR']);

/** The sink topics of all declared queries. */
export function derivedTopics(
  queries: readonly Pick<DeclaredQuery, 'name' | 'statements'>[],
): DerivedTopic[] {
  return queries.flatMap(({ name, statements }) =>
    statements.flatMap(({ text, facts }) =>
      facts.writesTopic ? [derived(name, facts.writesTopic, text)] : [],
    ),
  );
}

function derived(query: string, name: string, text: string): DerivedTopic {
  const parsed = parseStatement(text);
  const statement = parsed?.statement;
  const properties = statement && 'properties' in statement ? statement.properties : new Map<string, never>();
  const value = (key: string): string | undefined => literalText(properties.get(key));
  const count = (key: string): number | undefined =>
    value(key) === undefined ? undefined : Number(value(key));
  const both = value('FORMAT');
  return {
    name,
    query,
    partitions: count('PARTITIONS'),
    replicationFactor: count('REPLICAS'),
    config: {
      ...(value('RETENTION_MS') === undefined ? {} : { 'retention.ms': value('RETENTION_MS')! }),
      ...(value('CLEANUP_POLICY') === undefined ? {} : { 'cleanup.policy': value('CLEANUP_POLICY')! }),
    },
    registered: {
      key: REGISTERED.has((value('KEY_FORMAT') ?? both ?? '').toUpperCase()),
      value: REGISTERED.has((value('VALUE_FORMAT') ?? both ?? '').toUpperCase()),
    },
  };
}
