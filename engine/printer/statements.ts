import type {
  AlterSource,
  AssertSchema,
  AssertTopic,
  ColumnConstraint,
  CreateAsSelect,
  CreateSource,
  Describe,
  DropSource,
  Explain,
  InsertValues,
  ListStatement,
  PrintTopic,
  Statement,
  TableElement,
  WithProperties,
} from '../ast/statements';
import { assertNever } from '../source/assert-never';
import { formatExpression, formatList } from './expressions';
import { formatName, formatString, quoteName } from './names';
import type { QueryFormat } from './queries';
import { formatDuration, formatQuery } from './queries';
import { formatType } from './types';

/** The statement with its `;`, in the layout that ksqlDB shows: upper case, properties by name, one clause a line. */
export function formatStatement(statement: Statement, format: QueryFormat = {}): string {
  return `${formatBody(statement, format)};`;
}

function formatBody(s: Statement, format: QueryFormat): string {
  switch (s.kind) {
    case 'CreateSource':
      return `${formatCreate(s)}${formatElements(s.elements)}${formatWith(s.properties)}`;
    case 'CreateAsSelect':
      return `${formatCreate(s)}${formatWith(s.properties)} AS ${formatQuery(s.query, format)}`;
    case 'InsertIntoSelect':
      return `INSERT INTO ${formatName(s.target)}${formatWith(s.properties)} ${formatQuery(s.query, format)}`;
    case 'InsertValues':
      return formatInsertValues(s);
    case 'QueryStatement':
      return formatQuery(s.query, format);
    case 'DropSource':
      return formatDrop(s);
    case 'AlterSource':
      return formatAlter(s);
    case 'TerminateQuery':
      return `TERMINATE ${s.queryId === undefined ? 'ALL' : formatName(s.queryId)}`;
    case 'PauseQuery':
      return `PAUSE ${s.queryId === undefined ? 'ALL' : formatName(s.queryId)}`;
    case 'ResumeQuery':
      return `RESUME ${s.queryId === undefined ? 'ALL' : formatName(s.queryId)}`;
    case 'List':
      return formatListStatement(s);
    case 'Describe':
      return formatDescribe(s);
    case 'Explain':
      return formatExplain(s, format);
    case 'SetProperty':
      return `SET ${formatString(s.name)}=${formatString(s.value)}`;
    case 'UnsetProperty':
      return `UNSET ${formatString(s.name)}`;
    case 'AlterSystemProperty':
      return `ALTER SYSTEM ${formatString(s.name)}=${formatString(s.value)}`;
    case 'DefineVariable':
      return `DEFINE ${formatVariableName(s.name)}=${formatString(s.value)}`;
    case 'UndefineVariable':
      return `UNDEFINE ${formatVariableName(s.name)}`;
    case 'RegisterType':
      return `CREATE TYPE ${s.ifNotExists ? 'IF NOT EXISTS ' : ''}${formatName(s.name)} AS ${formatType(s.type)}`;
    case 'DropType':
      return `DROP TYPE ${s.ifExists ? 'IF EXISTS ' : ''}${formatName(s.name)}`;
    case 'AssertTopic':
      return formatAssertTopic(s);
    case 'AssertSchema':
      return formatAssertSchema(s);
    case 'PrintTopic':
      return formatPrint(s);
    case 'RunScript':
      return `RUN SCRIPT ${formatString(s.path)}`;
    case 'ConnectorStatement':
      return `${s.action === 'CREATE' ? 'CREATE SOURCE CONNECTOR' : 'DROP CONNECTOR'} ${formatString(s.name)}`;
    default:
      return assertNever(s, 'statement');
  }
}

/** CREATE [OR REPLACE] [SOURCE] (STREAM | TABLE) [IF NOT EXISTS] name */
function formatCreate(s: CreateSource | CreateAsSelect): string {
  const words = [
    'CREATE',
    s.orReplace && 'OR REPLACE',
    s.kind === 'CreateSource' && s.isSource && 'SOURCE',
    s.sourceKind,
    s.ifNotExists && 'IF NOT EXISTS',
    formatName(s.name),
  ];
  return words.filter((word) => word !== false).join(' ');
}

function formatElements(elements: readonly TableElement[]): string {
  if (elements.length === 0) return '';
  return ` (${elements.map(formatElement).join(', ')})`;
}

function formatElement({ name, type, constraint }: TableElement): string {
  return `${formatName(name)} ${formatType(type)}${formatConstraint(constraint)}`;
}

function formatConstraint(constraint: ColumnConstraint): string {
  switch (constraint.kind) {
    case 'NONE':
      return '';
    case 'HEADER':
      return ` HEADER(${formatString(constraint.key)})`;
    default:
      return ` ${constraint.kind}`;
  }
}

/** Properties in the order of their names. */
function formatWith(properties: WithProperties): string {
  if (properties.size === 0) return '';
  const sorted = [...properties].sort(([a], [b]) => (a < b ? -1 : 1));
  return ` WITH (${sorted.map(([name, value]) => `${formatName(name)}=${formatExpression(value)}`).join(', ')})`;
}

function formatInsertValues({ target, columns, values }: InsertValues): string {
  const names = columns.length > 0 ? ` (${columns.map(formatName).join(', ')})` : '';
  return `INSERT INTO ${formatName(target)}${names} VALUES (${formatList(values)})`;
}

function formatDrop({ sourceKind, name, ifExists, deleteTopic }: DropSource): string {
  return `DROP ${sourceKind} ${ifExists ? 'IF EXISTS ' : ''}${formatName(name)}${deleteTopic ? ' DELETE TOPIC' : ''}`;
}

function formatAlter({ sourceKind, name, addColumns }: AlterSource): string {
  const columns = addColumns.map(
    (column) => `ADD COLUMN ${formatName(column.name)} ${formatType(column.type)}`,
  );
  return `ALTER ${sourceKind} ${formatName(name)} ${columns.join(', ')}`;
}

function formatListStatement({ target, all, extended }: ListStatement): string {
  return `SHOW ${all ? 'ALL ' : ''}${target}${extended ? ' EXTENDED' : ''}`;
}

function formatDescribe({ target, extended }: Describe): string {
  return `DESCRIBE ${formatDescribed(target)}${extended ? ' EXTENDED' : ''}`;
}

function formatDescribed(target: Describe['target']): string {
  switch (target.kind) {
    case 'SOURCE':
      return SOURCE_WORDS.has(target.name) ? quoteName(target.name) : formatName(target.name);
    case 'FUNCTION':
    case 'CONNECTOR':
      return `${target.kind} ${formatName(target.name)}`;
    default:
      return target.kind;
  }
}

/** After DESCRIBE these mean something else than a source of that name. */
const SOURCE_WORDS: ReadonlySet<string> = new Set(['STREAMS', 'TABLES', 'FUNCTION', 'CONNECTOR']);

function formatExplain({ queryId, statement, analyze }: Explain, format: QueryFormat): string {
  const subject = statement ? formatBody(statement, format) : formatName(queryId ?? '');
  return `EXPLAIN ${analyze ? 'ANALYZE ' : ''}${subject}`;
}

/** Names of variables keep their case without quotes. */
function formatVariableName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && formatName(name.toUpperCase()) === name.toUpperCase()
    ? name
    : quoteName(name);
}

function formatAssertTopic({ topic, config, exists, timeout }: AssertTopic): string {
  const within = timeout ? ` TIMEOUT ${formatDuration(timeout)}` : '';
  return `ASSERT ${exists ? '' : 'NOT EXISTS '}TOPIC ${formatString(topic)}${formatWith(config)}${within}`;
}

function formatAssertSchema({ subject, id, exists, timeout }: AssertSchema): string {
  const parts = [
    subject !== undefined && `SUBJECT ${formatString(subject)}`,
    id !== undefined && `ID ${id}`,
    timeout !== undefined && `TIMEOUT ${formatDuration(timeout)}`,
  ].filter((part) => part !== false);
  return ['ASSERT', ...(exists ? [] : ['NOT EXISTS']), 'SCHEMA', ...parts].join(' ');
}

function formatPrint({ topic, fromBeginning, interval, limit }: PrintTopic): string {
  const parts = [
    fromBeginning && 'FROM BEGINNING',
    interval !== undefined && `INTERVAL ${interval}`,
    limit !== undefined && `LIMIT ${limit}`,
  ].filter((part) => part !== false);
  return ['PRINT', formatString(topic), ...parts].join(' ');
}
