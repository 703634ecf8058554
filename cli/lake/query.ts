import type { Command } from 'commander';
import { UsageError } from '../exit-codes';
import { withExamples } from '../help';
import { rowObject, rowsTable } from '../rows-table';
import { lakeCommand, openLake } from './command-group';

interface QueryOptions {
  readonly stack: string;
  readonly asOf?: string;
  readonly json?: boolean;
}

export function registerLakeQuery(program: Command): void {
  const command = lakeCommand(program)
    .command('query')
    .argument('[sql]', 'one SELECT in the SQL of DuckDB; without it the tables are listed')
    .description(
      'Ask the tables of the lake through DuckDB, as their catalog knows them. Filters on dt and hr read no more than those partitions.',
    )
    .option('--as-of <time>', 'as the tables were then, e.g. 2026-01-31T12:00:00Z')
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--json', 'one JSON object a row')
    .action(query);
  withExamples(command, [
    './naap lake query',
    './naap lake query "SELECT event_type, count(*) FROM telemetry.orchestrator_scrape GROUP BY ALL"',
    `./naap lake query --as-of 2026-01-31T12:00:00Z "SELECT count(*) FROM telemetry.gateway WHERE dt = '2026-01-31'"`,
  ]);
}

async function query(sql: string | undefined, options: QueryOptions): Promise<void> {
  const asOf = pointInTime(options.asOf);
  const lake = await openLake(options.stack);
  const session = await lake.open({
    asOf,
    only: sql === undefined ? undefined : tablesNamedIn(sql, lake.access.tables),
  });
  try {
    const { columns, rows } =
      sql === undefined ? tableList(lake.access.tables, session.absent) : await session.query(sql);
    if (options.json) rows.forEach((row) => console.log(JSON.stringify(rowObject(columns, row))));
    else console.log(rowsTable(columns, rows));
  } catch (error) {
    throw withAbsentTables(error, session.absent);
  } finally {
    session.close();
  }
}

/** Opening a table asks the catalog and the store: only those that the text can mean are opened. */
export function tablesNamedIn(
  sql: string,
  tables: readonly { readonly name: string; readonly row?: { readonly alias?: string } }[],
): string[] {
  const words = new Set(sql.toLowerCase().match(/[a-z0-9_]+/g));
  return tables.flatMap(({ name, row }) => {
    const own = name.split('.')[1]!;
    return words.has(own) || (row?.alias !== undefined && words.has(row.alias)) ? name : [];
  });
}

type Absent = Awaited<ReturnType<Awaited<ReturnType<typeof openLake>>['open']>>['absent'];

function tableList(
  tables: readonly {
    readonly name: string;
    readonly topics: readonly string[];
    readonly connector: string;
  }[],
  absent: Absent,
): { columns: readonly string[]; rows: readonly (readonly unknown[])[] } {
  const reasons = new Map(absent.map(({ table, reason }) => [table, reason]));
  return {
    columns: ['table', 'topics', 'connector', 'state'],
    rows: tables.map(({ name, topics, connector }) => [
      name,
      topics.join(', '),
      connector,
      reasons.get(name) ?? 'there',
    ]),
  };
}

/** An unknown table may be one that is declared and not there yet: say so. */
function withAbsentTables(error: unknown, absent: Absent): Error {
  const message = error instanceof Error ? error.message : String(error);
  const lines = absent.map(({ table, reason }) => `${table} cannot be asked: ${reason}`);
  return new Error([message, ...lines].join('\n'), { cause: error });
}

function pointInTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new UsageError(`--as-of is "${text}", expected a time such as 2026-01-31T12:00:00Z`);
  return at;
}
