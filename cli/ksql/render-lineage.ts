import type { Lineage, LineageEdge, LineageNode } from './lineage';

export const GRAPH_FORMATS = ['mermaid', 'dot', 'svg', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export async function renderLineage(lineage: Lineage, format: GraphFormat): Promise<string> {
  switch (format) {
    case 'mermaid':
      return renderMermaid(lineage);
    case 'dot':
      return renderDot(lineage);
    case 'svg':
      return renderSvg(lineage);
    case 'json':
      return JSON.stringify(lineage, null, 2);
  }
}

/** Laid out by Graphviz, which is loaded only here: it is large. */
async function renderSvg(lineage: Lineage): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const graphviz = await instance();
  return graphviz.renderString(renderDot(lineage), { format: 'svg' }).trimEnd();
}

interface Numbered extends LineageNode {
  readonly number: number;
}

interface Grouped {
  readonly layers: readonly (readonly [layer: string, nodes: readonly Numbered[]])[];
  readonly others: readonly Numbered[];
  readonly numberOf: ReadonlyMap<string, number>;
}

/** Nodes by layer, in the order in which they came; each with a number that stands for it in the text. */
function group({ nodes }: Lineage): Grouped {
  const numbered = nodes.map((node, number) => ({ ...node, number }));
  const layers = [...new Set(numbered.map(({ layer }) => layer).filter((layer) => layer !== undefined))];
  return {
    layers: layers.map((layer) => [layer, numbered.filter((node) => node.layer === layer)]),
    others: numbered.filter(({ layer }) => layer === undefined),
    numberOf: new Map(numbered.map(({ id, number }) => [id, number])),
  };
}

/** A flowchart: topics as cylinders, streams as boxes, tables as boxes with double sides, connectors rounded, lake tables slanted. */
function renderMermaid(lineage: Lineage): string {
  const { layers, others, numberOf } = group(lineage);
  const blocks = layers.flatMap(([layer, nodes], index) => [
    `  subgraph layer${index}[${mermaidText(layer)}]`,
    ...nodes.map((node) => `    ${mermaidNode(node)}`),
    '  end',
  ]);
  const edges = lineage.edges.map((edge) => `  n${numberOf.get(edge.from)} ${MERMAID_ARROWS[edge.kind]} n${numberOf.get(edge.to)}`);
  return ['flowchart LR', ...others.map((node) => `  ${mermaidNode(node)}`), ...blocks, ...edges].join('\n');
}

const MERMAID_ARROWS: Readonly<Record<LineageEdge['kind'], string>> = {
  declares: '-.->',
  query: '-->',
  insert: '-->|insert|',
  writes: '-.->',
  copies: '==>',
  refuses: '-.->|dead letters|',
};

const MERMAID_SHAPES: Readonly<Record<LineageNode['kind'], readonly [string, string]>> = {
  topic: ['[(', ')]'],
  stream: ['[', ']'],
  table: ['[[', ']]'],
  connector: ['([', '])'],
  lake: ['[/', '/]'],
};

function mermaidNode({ number, kind, label }: Numbered): string {
  const [open, close] = MERMAID_SHAPES[kind];
  return `n${number}${open}${mermaidText(label)}${close}`;
}

/** Quoted; what would end the quotes or be read as markup becomes its entity. */
function mermaidText(text: string): string {
  return `"${text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;')}"`;
}

function renderDot(lineage: Lineage): string {
  const { layers, others, numberOf } = group(lineage);
  const clusters = layers.flatMap(([layer, nodes], index) => [
    `  subgraph cluster_${index} {`,
    `    label=${dotText(layer)};`,
    '    style="rounded,filled"; color="#b8bcc4"; fillcolor="#f6f7f9"; fontsize=14;',
    ...nodes.map((node) => `    ${dotNode(node)}`),
    '  }',
  ]);
  const edges = lineage.edges.map(
    ({ from, to, kind }) => `  n${numberOf.get(from)} -> n${numberOf.get(to)} [${DOT_STYLES[kind]}];`,
  );
  const nodes = others.map((node) => `  ${dotNode(node)}`);
  return ['digraph lineage {', ...DOT_DEFAULTS.map((line) => `  ${line};`), ...nodes, ...clusters, ...edges, '}'].join('\n');
}

const DOT_DEFAULTS = [
  'rankdir=LR',
  'ranksep=0.7',
  'nodesep=0.18',
  'graph [fontname="Helvetica,Arial,DejaVu Sans,sans-serif"]',
  'node [fontname="Helvetica,Arial,DejaVu Sans,sans-serif", fontsize=11, style=filled, color="#5b6270", height=0.32, margin="0.16,0.05"]',
  'edge [fontname="Helvetica,Arial,DejaVu Sans,sans-serif", fontsize=9, color="#7a808c", arrowsize=0.6]',
];
const DOT_SHAPES: Readonly<Record<LineageNode['kind'], string>> = {
  topic: 'shape=cylinder, fillcolor="#fff4d6"',
  stream: 'shape=box, fillcolor="#dcebff"',
  table: 'shape=box3d, fillcolor="#d8f2df"',
  connector: 'shape=cds, fillcolor="#ece1fb"',
  lake: 'shape=folder, fillcolor="#e3e6ea"',
};
const DOT_STYLES: Readonly<Record<LineageEdge['kind'], string>> = {
  declares: 'style=dashed',
  query: 'style=solid',
  insert: 'style=solid, label="insert"',
  writes: 'style=dashed',
  copies: 'style=bold',
  refuses: 'style=dotted, label="dead letters"',
};

function dotNode({ number, kind, label }: Numbered): string {
  return `n${number} [label=${dotText(label)}, ${DOT_SHAPES[kind]}];`;
}

function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
