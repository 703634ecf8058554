import { writeFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { formatDiagnostics } from '../engine/index';
import { projectRoot } from '../lab/paths';
import { readDeclaration } from '../stacks/declaration';
import { EXIT } from './exit-codes';
import { withExamples } from './help';
import { checkPaths } from './ksql-check';
import { collectDefine, ksqlCommand } from './ksql/command-group';
import { lineageOf } from './ksql/lineage';
import { GRAPH_FORMATS, renderLineage } from './ksql/render-lineage';
import type { GraphFormat } from './ksql/render-lineage';

interface GraphOptions {
  readonly env: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly format: GraphFormat;
  readonly out?: string;
}

export function registerKsqlGraph(program: Command): void {
  const command = ksqlCommand(program)
    .command('graph')
    .argument('[paths...]', '.sql files and folders; ksql/ when none is given')
    .description('Draw how topics, streams, tables and connectors follow from each other.')
    .option('--format <format>', GRAPH_FORMATS.join(', '), parseFormat, 'mermaid')
    .option('--out <file>', 'write to a file')
    .option('--env <name>', 'environment whose variables and windows files of ksql/ take', 'dev')
    .option('--define <name=value>', 'value of ${name}; may be repeated', collectDefine)
    .action(graph);
  withExamples(command, [
    './naap ksql graph',
    './naap ksql graph --format svg --out lineage.svg',
    './naap ksql graph ksql/gold --format dot',
  ]);
}

function parseFormat(text: string): GraphFormat {
  const format = GRAPH_FORMATS.find((one) => one === text);
  if (!format) throw new InvalidArgumentError(`expected ${GRAPH_FORMATS.join(', ')}`);
  return format;
}

/** Types and lint do not matter here: only a file that cannot be read at all is an error. */
async function graph(paths: readonly string[], { format, out, ...options }: GraphOptions): Promise<void> {
  const root = projectRoot();
  const { units, diagnostics } = checkPaths(root, paths, options);
  const text = await renderLineage(
    lineageOf(
      units,
      readDeclaration(root).connectors.flatMap((it) => (it.lake ? [{ ...it, lake: it.lake }] : [])),
    ),
    format,
  );
  if (out === undefined) console.log(text);
  else writeFileSync(out, `${text}\n`);
  const unread = diagnostics.filter(({ code, severity }) => severity === 'error' && /^KE1/.test(code));
  if (unread.length === 0) return;
  console.error(formatDiagnostics(unread));
  process.exitCode = EXIT.error;
}
