import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { loadEndpoints, readSettings, streamQuery } from '../lab';
import { parseVersions } from '../resources/query/versions';
import type { Versions } from '../resources/query/versions';
import { withExamples } from './help';
import { rowObject, rowsTable } from './rows-table';
import { retirementNotes, withRunningVersions } from './versioned-names';

export function registerQuery(program: Command): void {
  const command = program
    .command('query')
    .argument('<sql>', 'one SELECT statement')
    .description(
      'Ask the running ksqlDB. A name without version means the running one; EMIT CHANGES goes on until Ctrl-C.',
    )
    .option('--json', 'one JSON object a row')
    .action(query);
  withExamples(command, [
    './naap query "SELECT orchestrator, model, sla_score FROM sla_1m LIMIT 10"',
    './naap query --json "SELECT * FROM stream_event EMIT CHANGES"',
  ]);
}

async function query(text: string, options: { readonly json?: boolean }): Promise<void> {
  const settings = readSettings();
  const { ksqldb } = loadEndpoints(settings.runDir);
  const versions = runningVersions(settings.root);
  retirementNotes(text, versions).forEach((note) => console.error(note));
  const sql = withRunningVersions(text, versions);
  const isPush = /\bEMIT\s+(CHANGES|FINAL)\b/i.test(sql);
  if (options.json || isPush) await printLines(ksqldb.url, sql);
  else await printTable(ksqldb.url, sql);
}

function runningVersions(root: string): Versions {
  const file = path.join('ksql', 'versions.yaml');
  return parseVersions(readFileSync(path.join(root, file), 'utf8'), file);
}

async function printLines(url: string, sql: string): Promise<void> {
  let columns: readonly string[] = [];
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    await streamQuery(
      url,
      sql,
      {
        onColumns: (names) => (columns = names),
        onRow: (row) => console.log(JSON.stringify(rowObject(columns, row))),
      },
      abort.signal,
    );
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  }
}

async function printTable(url: string, sql: string): Promise<void> {
  const rows: (readonly unknown[])[] = [];
  let head: readonly string[] = [];
  await streamQuery(url, sql, { onColumns: (names) => (head = names), onRow: (row) => rows.push(row) });
  console.log(rowsTable(head, rows));
}
