import { durationMs, parseDurationMs, parseStatement } from '../engine/index';
import type { Relation, Statement, WindowExpression, WithProperties } from '../engine/index';
import type { SqlObject } from '../resources/query/sql-files';
import { literalText } from '../resources/query/statement-facts';

/** How the window of a windowed topic lies behind the key: its size in ms, or both ends. */
export type KeyWindow = number | 'session';

/** An object of ksqlDB with a topic of its own, as a sink must know it. */
export interface CuratedObject {
  /** In lower case: `sla_1m_v1`. */
  readonly name: string;
  /** Its name without the version: `sla_1m`. */
  readonly base: string;
  readonly version?: number;
  readonly file: string;
  readonly layer: string;
  readonly topic: string;
  readonly isTable: boolean;
  readonly window?: KeyWindow;
  readonly keyFormat: string;
  readonly valueFormat: string;
}

/** Every object of `queries`, each after those that it reads, that a persistent query writes into a topic of its own. */
export function curatedObjects(queries: readonly SqlObject[]): CuratedObject[] {
  const windows = new Map<string, KeyWindow | undefined>();
  return queries.flatMap((query) =>
    query.statements.flatMap(({ text }) => {
      const statement = parseStatement(text)!.statement;
      if (statement.kind === 'CreateSource')
        windows.set(statement.name, declaredWindow(statement.properties));
      if (statement.kind !== 'CreateAsSelect') return [];
      const window = windowOf(statement, windows);
      windows.set(statement.name, window);
      return [objectOf(query, statement, window)];
    }),
  );
}

type CreateAsSelect = Extract<Statement, { kind: 'CreateAsSelect' }>;

function objectOf(query: SqlObject, statement: CreateAsSelect, window: KeyWindow | undefined): CuratedObject {
  const { properties, sourceKind } = statement;
  const property = (name: string): string | undefined => literalText(properties.get(name));
  const name = statement.name.toLowerCase();
  const { file, layer, version } = query;
  return {
    name,
    base: version === undefined ? name : name.replace(new RegExp(`_v${version}$`), ''),
    ...(version === undefined ? {} : { version }),
    file,
    layer,
    topic: property('KAFKA_TOPIC') ?? statement.name,
    isTable: sourceKind === 'TABLE',
    ...(window === undefined ? {} : { window }),
    keyFormat: (property('KEY_FORMAT') ?? property('FORMAT') ?? 'KAFKA').toUpperCase(),
    valueFormat: (property('VALUE_FORMAT') ?? property('FORMAT') ?? '').toUpperCase(),
  };
}

/** A query's keys have its own window, or that of what it reads unless it makes new keys. */
function windowOf(
  { query }: CreateAsSelect,
  windows: ReadonlyMap<string, KeyWindow | undefined>,
): KeyWindow | undefined {
  if (query.window) return keyWindow(query.window);
  if (query.groupBy ?? query.partitionBy) return undefined;
  return windows.get(firstSource(query.from));
}

function keyWindow(window: WindowExpression): KeyWindow {
  return window.kind === 'SESSION' ? 'session' : durationMs(window.size);
}

function declaredWindow(properties: WithProperties): KeyWindow | undefined {
  const type = literalText(properties.get('WINDOW_TYPE'))?.toUpperCase();
  if (type === 'SESSION') return 'session';
  const size = literalText(properties.get('WINDOW_SIZE'));
  return type === undefined || size === undefined ? undefined : parseDurationMs(size);
}

function firstSource(relation: Relation): string {
  return relation.kind === 'Source' ? relation.name : firstSource(relation.left);
}
