import type { Lineage, LineageEdge, LineageNode } from './lineage';

export const GRAPH_FORMATS = ['mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export function renderLineage(lineage: Lineage, format: GraphFormat): string {
  switch (format) {
    case 'mermaid':
      return renderMermaid(lineage);
    case 'dot':
      return renderDot(lineage);
    case 'json':
      return JSON.stringify(lineage, null, 2);
  }
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

/** A flowchart: topics as cylinders, streams as boxes, tables as boxes with double sides. */
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
};

function mermaidNode({ number, kind, label }: Numbered): string {
  const text = mermaidText(label);
  if (kind === 'topic') return `n${number}[(${text})]`;
  return kind === 'table' ? `n${number}[[${text}]]` : `n${number}[${text}]`;
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
    ...nodes.map((node) => `    ${dotNode(node)}`),
    '  }',
  ]);
  const edges = lineage.edges.map(
    ({ from, to, kind }) => `  n${numberOf.get(from)} -> n${numberOf.get(to)} [${DOT_STYLES[kind]}];`,
  );
  const nodes = others.map((node) => `  ${dotNode(node)}`);
  return ['digraph lineage {', '  rankdir=LR;', ...nodes, ...clusters, ...edges, '}'].join('\n');
}

const DOT_SHAPES: Readonly<Record<LineageNode['kind'], string>> = { topic: 'cylinder', stream: 'box', table: 'box3d' };
const DOT_STYLES: Readonly<Record<LineageEdge['kind'], string>> = {
  declares: 'style=dashed',
  query: 'style=solid',
  insert: 'style=solid, label="insert"',
  writes: 'style=dashed',
};

function dotNode({ number, kind, label }: Numbered): string {
  return `n${number} [label=${dotText(label)}, shape=${DOT_SHAPES[kind]}];`;
}

function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
