import { checkSql } from './check';
import { lineageOf } from './lineage';
import { localWorld } from './local-world';
import { GRAPH_FORMATS, renderLineage } from './render-lineage';

const FILES = [
  { path: 'ksql/bronze/lines.sql', text: "CREATE STREAM lines (line STRING) WITH (KAFKA_TOPIC='raw \"x\"', VALUE_FORMAT='KAFKA');" },
  { path: 'ksql/gold/counts.sql', text: "CREATE TABLE counts_v1 WITH (KAFKA_TOPIC='gold.counts') AS SELECT line, COUNT(*) AS n FROM lines l LEFT JOIN names m ON l.line = m.line GROUP BY line;" },
  { path: 'ksql/gold/lines_from_more.sql', text: 'INSERT INTO lines SELECT line FROM more;' },
];

const { units } = checkSql({ files: FILES, defines: {}, world: localWorld() });
const CONNECTORS = [
  { name: 'raw', topics: ['raw "x"'], lake: { table: 'raw.lines' }, deadLetterTopic: 'dlq.raw' },
  { name: 'other', topics: ['unknown'], lake: { table: 'x' }, deadLetterTopic: 'y' },
];
const lineage = lineageOf(units, CONNECTORS);

describe('lineageOf', () => {
  it('follows topics, declarations, queries, joins and inserts', () => {
    expect(lineage.edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`)).toEqual([
      'topic:raw "x" declares source:LINES',
      'source:LINES query source:COUNTS_V1',
      'source:NAMES query source:COUNTS_V1',
      'source:COUNTS_V1 writes topic:gold.counts',
      'source:MORE insert source:LINES',
      'topic:raw "x" copies connector:raw',
      'connector:raw copies lake:raw.lines',
      'connector:raw refuses topic:dlq.raw',
    ]);
  });

  it('knows which file and layer make a source, and that others come from elsewhere', () => {
    const byLabel = new Map(lineage.nodes.map((node) => [node.label, node]));
    expect(byLabel.get('COUNTS_V1')).toMatchObject({ kind: 'table', layer: 'gold', file: 'ksql/gold/counts.sql' });
    expect(byLabel.get('NAMES')).toEqual({ id: 'source:NAMES', kind: 'stream', label: 'NAMES' });
  });
});

describe('renderLineage', () => {
  it('draws a Mermaid flowchart, with what would break out of a label escaped', async () => {
    expect(await renderLineage(lineage, 'mermaid')).toBe(`flowchart LR
  n1[("raw #quot;x#quot;")]
  n3["NAMES"]
  n4[("gold.counts")]
  n5["MORE"]
  n6(["raw"])
  n7[/"raw.lines"/]
  n8[("dlq.raw")]
  subgraph layer0["bronze"]
    n0["LINES"]
  end
  subgraph layer1["gold"]
    n2[["COUNTS_V1"]]
  end
  n1 -.-> n0
  n0 --> n2
  n3 --> n2
  n2 -.-> n4
  n5 -->|insert| n0
  n1 ==> n6
  n6 ==> n7
  n6 -.->|dead letters| n8`);
  });

  it('draws DOT', async () => {
    const lines = (await renderLineage(lineage, 'dot')).split('\n');
    expect(lines[0]).toBe('digraph lineage {');
    expect(lines).toContain('  n1 [label="raw \\"x\\"", shape=cylinder, fillcolor="#fff4d6"];');
    expect(lines).toContain('    n2 [label="COUNTS_V1", shape=box3d, fillcolor="#d8f2df"];');
    expect(lines).toContain('  n5 -> n0 [style=solid, label="insert"];');
    expect(lines.at(-1)).toBe('}');
  });

  it('draws SVG with every label, each node and edge once', async () => {
    const svg = await renderLineage(lineage, 'svg');
    expect(svg).toMatch(/^<\?xml[^]*<\/svg>$/);
    for (const { label } of lineage.nodes) expect(svg).toContain(`>${label.replaceAll('"', '&quot;')}</text>`);
    expect(svg.match(/class="node"/g)).toHaveLength(lineage.nodes.length);
    expect(svg.match(/class="edge"/g)).toHaveLength(lineage.edges.length);
  });

  it('refers to no node that it does not name, in every text format', async () => {
    for (const format of GRAPH_FORMATS.filter((one) => one !== 'json' && one !== 'svg')) {
      const text = await renderLineage(lineage, format);
      const used = new Set(text.match(/\bn\d+\b/g));
      expect([...used].sort()).toEqual(lineage.nodes.map((_, index) => `n${index}`));
    }
    expect(JSON.parse(await renderLineage(lineage, 'json'))).toEqual(lineage);
  });
});
