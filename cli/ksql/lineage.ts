import { literalText, statementFacts } from '../../resources/query/statement-facts';
import type { SqlUnit } from './sql-unit';

export type NodeKind = 'topic' | 'stream' | 'table' | 'connector' | 'lake';

export interface LineageNode {
  /** `topic:telemetry.gateway.v1`, `source:SLA_1M_V1`, `connector:raw-gateway` or `lake:telemetry.gateway`. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  /** `bronze`, `silver`, …: the folder of the file that makes it; absent for what no SQL file makes. */
  readonly layer?: string;
  readonly file?: string;
}

export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** A topic's text is declared, a query writes, an INSERT INTO adds, a stream or table is kept in a topic, a connector copies, or refuses. */
  readonly kind: 'declares' | 'query' | 'insert' | 'writes' | 'copies' | 'refuses';
}

/** What flows where: topics, the sources declared over them, queries, and the topics that these write. */
export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

/** What lineage needs to know of a connector into the lake. */
export interface LineageConnector {
  readonly name: string;
  readonly topics: readonly string[];
  readonly lake: { readonly table: string };
  readonly deadLetterTopic: string;
}

/**
 * The lineage of units, in their order, and of the connectors that read a topic of theirs. Sources that no unit makes appear
 * without a file.
 */
export function lineageOf(units: readonly SqlUnit[], connectors: readonly LineageConnector[] = []): Lineage {
  const graph = new LineageBuilder();
  for (const unit of units) addUnit(unit, graph);
  for (const connector of connectors) if (connector.topics.some((topic) => graph.hasTopic(topic))) addConnector(connector, graph);
  return graph.build();
}

function addConnector({ name, topics, lake, deadLetterTopic }: LineageConnector, graph: LineageBuilder): void {
  const connector = graph.connector(name);
  for (const topic of topics) graph.edge(graph.topic(topic), connector, 'copies');
  graph.edge(connector, graph.lakeTable(lake.table), 'copies');
  graph.edge(connector, graph.topic(deadLetterTopic), 'refuses');
}

function addUnit(unit: SqlUnit, graph: LineageBuilder): void {
  for (const { statement } of unit.statements) {
    const facts = statementFacts(statement);
    if (!facts) continue;
    if (statement.kind === 'CreateSource' || statement.kind === 'CreateAsSelect') {
      graph.source(statement.name, statement.sourceKind === 'STREAM' ? 'stream' : 'table', unit);
    }
    if (statement.kind === 'CreateSource') graph.edge(graph.topic(facts.readsTopic!), graph.source(statement.name), 'declares');
    if (statement.kind === 'CreateAsSelect') {
      for (const name of facts.needs) graph.edge(graph.source(name), graph.source(statement.name), 'query');
      const topic = literalText(statement.properties.get('KAFKA_TOPIC')) ?? statement.name;
      graph.edge(graph.source(statement.name), graph.topic(topic), 'writes');
    }
    if (statement.kind === 'InsertIntoSelect') {
      const sources = facts.needs.filter((name) => name !== statement.target);
      for (const name of sources) graph.edge(graph.source(name), graph.source(statement.target), 'insert');
    }
  }
}

class LineageBuilder {
  private readonly nodes = new Map<string, LineageNode>();
  private readonly edges = new Map<string, LineageEdge>();

  topic(name: string): string {
    return this.node({ id: `topic:${name}`, kind: 'topic', label: name });
  }

  hasTopic(name: string): boolean {
    return this.nodes.has(`topic:${name}`);
  }

  connector(name: string): string {
    return this.node({ id: `connector:${name}`, kind: 'connector', label: name });
  }

  lakeTable(name: string): string {
    return this.node({ id: `lake:${name}`, kind: 'lake', label: name });
  }

  source(name: string, kind?: 'stream' | 'table', unit?: SqlUnit): string {
    const id = `source:${name}`;
    const layer = unit?.file.path.split('/').at(-2);
    if (unit) this.nodes.set(id, { id, kind: kind!, label: name, file: unit.file.path, ...(layer === undefined ? {} : { layer }) });
    return this.node({ id, kind: kind ?? 'stream', label: name });
  }

  edge(from: string, to: string, kind: LineageEdge['kind']): void {
    this.edges.set(`${from} ${to} ${kind}`, { from, to, kind });
  }

  build(): Lineage {
    return { nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }

  private node(node: LineageNode): string {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
    return node.id;
  }
}
