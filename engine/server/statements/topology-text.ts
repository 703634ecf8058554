import type { Step } from '../../planner/plan';

/** A node as Kafka Streams describes it. */
interface Node {
  readonly label: string;
  readonly name: string;
  readonly subTopology: number;
  readonly from: string[];
  readonly to: string[];
  readonly isSink: boolean;
}

/**
 * The plan in the form of Kafka Streams' TopologyDescription, with the names and numbers that stock's plan has there: unnamed
 * operators are numbered in the order in which they are made, and named ones count too.
 */
export function topologyText(root: Step): string {
  const topology = new TopologyWriter();
  const last = topology.add(root);
  if (!root.kind.endsWith('Sink')) topology.addAnswer(last, root.kind.startsWith('Table'));
  return topology.text();
}

class TopologyWriter {
  private readonly nodes: Node[] = [];
  private next = 0;
  private subTopology = 0;

  /** Adds a step and all before it; gives the name of its last node. */
  add(step: Step): string {
    const inputs = 'left' in step ? [this.add(step.left), this.add(step.right)] : [];
    const input = 'source' in step ? [this.add(step.source)] : inputs;
    switch (step.kind) {
      case 'StreamSource': {
        const source = this.source(step.topic.name);
        return this.processor(this.number('KSTREAM-TRANSFORMVALUES'), [source]);
      }
      case 'TableSource': {
        const source = this.source(step.topic.name);
        const store = step.materialized ? [`${step.context.replace(/-Source$/, '')}-Reduce`] : [];
        const table = this.processor(this.number('KTABLE-SOURCE'), [source], store);
        return this.processor(this.number('KTABLE-TRANSFORMVALUES'), [table]);
      }
      case 'StreamGroupByKey':
        return input[0]!;
      case 'StreamGroupBy':
      case 'TableGroupBy':
        return this.repartition(step.context, input);
      case 'StreamAggregate':
      case 'StreamWindowedAggregate':
      case 'TableAggregate':
        return this.aggregate(step, input);
      case 'StreamSink':
      case 'TableSink':
        return this.sink(step.topic.name, input, step.kind === 'TableSink');
      default:
        return this.named(step.context, input);
    }
  }

  /** Where rows leave a push query. */
  addAnswer(last: string, isTable: boolean): void {
    const stream = isTable ? this.processor(this.number('KTABLE-TOSTREAM'), [last]) : last;
    this.processor(this.number('KSTREAM-PROCESSOR'), [stream]);
  }

  private aggregate(step: Step, input: readonly string[]): string {
    const { context } = step;
    const operator = step.kind === 'TableAggregate' ? 'KTABLE-AGGREGATE' : 'KSTREAM-AGGREGATE';
    const aggregate = this.processor(this.number(operator), input, [`${context}-Materialize`]);
    const output = this.named(`${context}-ToOutputSchema`, [aggregate]);
    return step.kind === 'StreamWindowedAggregate' ? this.named(`${context}-WindowSelect`, [output]) : output;
  }

  /** A new key: records go through a topic of the query's own into the next sub-topology. */
  private repartition(context: string, input: readonly string[]): string {
    const filter = this.processor(this.number('KSTREAM-FILTER'), input);
    const rekeyed = this.named(context, [filter]);
    const passed = this.named(`${context}-repartition-filter`, [rekeyed]);
    const topic = `${context}-repartition`;
    this.node('Sink', this.take(`${topic}-sink`), ` (topic: ${topic})`, [passed]);
    this.subTopology++;
    return this.node('Source', this.take(`${topic}-source`), ` (topics: [${topic}])`, []);
  }

  private sink(topic: string, input: readonly string[], isTable: boolean): string {
    const stream = isTable ? [this.processor(this.number('KTABLE-TOSTREAM'), input)] : input;
    return this.node('Sink', this.number('KSTREAM-SINK'), ` (topic: ${topic})`, stream);
  }

  private source(topic: string): string {
    return this.node('Source', this.number('KSTREAM-SOURCE'), ` (topics: [${topic}])`, []);
  }
  private named(name: string, from: readonly string[]): string {
    return this.processor(this.take(name), from);
  }
  private processor(name: string, from: readonly string[], stores: readonly string[] = []): string {
    return this.node('Processor', name, ` (stores: [${stores.join(', ')}])`, from);
  }

  private number(operator: string): string {
    return this.take(`${operator}-${String(this.next).padStart(10, '0')}`);
  }
  private take(name: string): string {
    this.next++;
    return name;
  }

  private node(
    kind: 'Source' | 'Processor' | 'Sink',
    name: string,
    detail: string,
    from: readonly string[],
  ): string {
    for (const node of this.nodes) if (from.includes(node.name)) node.to.push(name);
    this.nodes.push({
      label: `${kind}: ${name}${detail}`,
      name,
      subTopology: this.subTopology,
      from: [...from],
      to: [],
      isSink: kind === 'Sink',
    });
    return name;
  }

  text(): string {
    const parts = Array.from({ length: this.subTopology + 1 }, (_, part) => {
      const nodes = this.nodes.filter(({ subTopology }) => subTopology === part);
      return `  Sub-topology: ${part}\n${nodes.map(nodeText).join('')}\n`;
    });
    return `Topologies:\n ${parts.join(' ')}`;
  }
}

function nodeText({ label, from, to, isSink }: Node): string {
  const arrows = [
    ...(isSink ? [] : [`      --> ${to.length > 0 ? to.join(', ') : 'none'}\n`]),
    ...(from.length > 0 ? [`      <-- ${from.join(', ')}\n`] : []),
  ];
  return `    ${label}\n${arrows.join('')}`;
}
