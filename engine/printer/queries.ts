import type {
  AliasedSource,
  Join,
  JoinType,
  Query,
  Relation,
  SelectItem,
  WindowDuration,
  WindowExpression,
  Within,
} from '../ast/statements';
import { assertNever } from '../source/assert-never';
import { formatExpression, formatList } from './expressions';
import { formatName } from './names';

export interface QueryFormat {
  /** Aliases of sources: always, as ksqlDB shows running queries, or only where they were written (the default). */
  readonly aliases?: 'always' | 'written';
}

/** A query in ksqlDB's layout: one clause a line, the select list indented when it has several items. */
export function formatQuery(query: Query, format: QueryFormat = {}): string {
  const { window, where, groupBy, partitionBy, having, emit, limit } = query;
  const clauses = [
    `SELECT${formatItems(query.select)}`,
    `FROM ${formatRelation(query.from, format)}`,
    window && `WINDOW ${formatWindow(window)} `,
    where && `WHERE ${formatExpression(where)}`,
    groupBy && `GROUP BY ${formatGrouping(groupBy)}`,
    partitionBy && `PARTITION BY ${formatGrouping(partitionBy)}`,
    having && `HAVING ${formatExpression(having)}`,
    emit && `EMIT ${emit}`,
    limit === undefined ? undefined : `LIMIT ${limit}`,
  ];
  return clauses.filter((clause) => clause !== undefined).join('\n');
}

function formatItems(items: readonly SelectItem[]): string {
  const texts = items.map(formatItem);
  return texts.length === 1 ? ` ${texts[0]}` : texts.map((text) => `\n  ${text}`).join(',');
}

function formatItem(item: SelectItem): string {
  switch (item.kind) {
    case 'Star':
      return item.qualifier === undefined ? '*' : `${formatName(item.qualifier)}.*`;
    case 'StructStar':
      return `${formatExpression(item.base)}->*`;
    case 'Column':
      return (
        formatExpression(item.expression) + (item.alias === undefined ? '' : ` ${formatName(item.alias)}`)
      );
    default:
      return assertNever(item, 'select item');
  }
}

function formatGrouping(expressions: readonly Parameters<typeof formatExpression>[0][]): string {
  return expressions.length === 0 ? '()' : formatList(expressions);
}

function formatRelation(relation: Relation, format: QueryFormat): string {
  if (relation.kind === 'Source') return formatSource(relation, format);
  return `${formatRelation(relation.left, format)}\n${formatJoin(relation, format)}`;
}

function formatSource(
  { name, alias, explicitAlias }: AliasedSource,
  { aliases = 'written' }: QueryFormat,
): string {
  const shown = aliases === 'always' || explicitAlias || alias !== name;
  return shown ? `${formatName(name)} ${formatName(alias)}` : formatName(name);
}

const JOIN_WORDS: Readonly<Record<JoinType, string>> = {
  INNER: 'INNER JOIN',
  LEFT: 'LEFT OUTER JOIN',
  RIGHT: 'RIGHT OUTER JOIN',
  OUTER: 'FULL OUTER JOIN',
};

function formatJoin({ joinType, right, on, within }: Join, format: QueryFormat): string {
  const span = within ? ` WITHIN ${formatWithin(within)}` : '';
  return `${JOIN_WORDS[joinType]} ${formatSource(right, format)}${span} ON (${formatExpression(on)})`;
}

function formatWithin({ before, after, grace }: Within): string {
  const same = before.value === after.value && before.unit === after.unit;
  const span = same ? formatDuration(before) : `(${formatDuration(before)}, ${formatDuration(after)})`;
  return grace ? `${span} GRACE PERIOD ${formatDuration(grace)}` : span;
}

/** `1 MINUTES`: the unit is always in the plural. */
export function formatDuration({ value, unit }: WindowDuration): string {
  return `${value} ${unit}`;
}

/** `TUMBLING ( SIZE 1 MINUTES , GRACE PERIOD 10 SECONDS )`, spaced as ksqlDB does. */
export function formatWindow(window: WindowExpression): string {
  const { name, kind, retention, grace } = window;
  const parts = [
    formatWindowShape(window),
    retention && `RETENTION ${formatDuration(retention)}`,
    grace && `GRACE PERIOD ${formatDuration(grace)}`,
  ].filter((part) => part !== undefined);
  return `${name === undefined ? '' : `${formatName(name)} `}${kind} ( ${parts.join(' , ')} )`;
}

function formatWindowShape(window: WindowExpression): string {
  switch (window.kind) {
    case 'TUMBLING':
      return `SIZE ${formatDuration(window.size)}`;
    case 'HOPPING':
      return `SIZE ${formatDuration(window.size)} , ADVANCE BY ${formatDuration(window.advance)}`;
    case 'SESSION':
      return formatDuration(window.gap);
    default:
      return assertNever(window, 'window');
  }
}
