import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { formatDiagnostics } from '../engine/index';
import { projectRoot } from '../lab/paths';
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
}

export function registerKsqlGraph(program: Command): void {
  const command = ksqlCommand(program)
    .command('graph')
    .argument('[paths...]', '.sql files and folders; ksql/ when none is given')
    .description('Draw how topics, streams and tables follow from each other.')
    .option('--format <format>', GRAPH_FORMATS.join(', '), parseFormat, 'mermaid')
    .option('--env <name>', 'environment whose variables and windows files of ksql/ take', 'dev')
    .option('--define <name=value>', 'value of ${name}; may be repeated', collectDefine)
    .action(graph);
  withExamples(command, [
    './naap ksql graph',
    './naap ksql graph ksql/gold --format dot | dot -Tsvg -o lineage.svg',
  ]);
}

function parseFormat(text: string): GraphFormat {
  const format = GRAPH_FORMATS.find((one) => one === text);
  if (!format) throw new InvalidArgumentError(`expected ${GRAPH_FORMATS.join(', ')}`);
  return format;
}

/** Types and lint do not matter here: only a file that cannot be read at all is an error. */
function graph(paths: readonly string[], { format, ...options }: GraphOptions): void {
  const { units, diagnostics } = checkPaths(projectRoot(), paths, options);
  console.log(renderLineage(lineageOf(units), format));
  const unread = diagnostics.filter(({ code, severity }) => severity === 'error' && /^KE1/.test(code));
  if (unread.length === 0) return;
  console.error(formatDiagnostics(unread));
  process.exitCode = EXIT.error;
}
