import type { PlannedQuery, PlannedSql } from '../planned-sql';

/** Which topics the queries of `ksql/` read and write, to find what a record can reach. */
export class Reach {
  private readonly written = new Map<PlannedQuery, string | undefined>();

  constructor(private readonly planned: PlannedSql) {
    const topics = new Map<string, string>();
    for (const { statements } of planned.objects)
      for (const { facts } of statements)
        if (facts.makes !== undefined) topics.set(facts.makes, facts.writesTopic ?? facts.readsTopic ?? '');
    for (const query of planned.queries) {
      const { writesTopic, insertsInto } = query.statement.facts;
      this.written.set(query, writesTopic ?? (insertsInto === undefined ? undefined : topics.get(insertsInto)));
    }
  }

  /** Topic that the query writes. */
  sinkOf(query: PlannedQuery): string | undefined {
    return this.written.get(query);
  }

  /** Of `queries` those that see something of what is written to `topics`, in their order. */
  from(topics: Iterable<string>, queries: readonly PlannedQuery[]): PlannedQuery[] {
    const reached = new Set(topics);
    const found = new Set<PlannedQuery>();
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const query of queries) {
        if (found.has(query) || !sourcesOf(query).some((topic) => reached.has(topic))) continue;
        found.add(query);
        const sink = this.sinkOf(query);
        if (sink !== undefined) reached.add(sink);
      }
    }
    return queries.filter((query) => found.has(query));
  }

  /** The file's queries, and all that see something of what they write. */
  behind(file: string): PlannedQuery[] {
    const own = this.planned.queries.filter(({ object }) => object.file === file);
    const behind = this.from(
      own.flatMap((query) => this.sinkOf(query) ?? []),
      this.planned.queries,
    );
    return this.planned.queries.filter((query) => own.includes(query) || behind.includes(query));
  }
}

/** Topics that a query reads, its own internal ones too. */
export function sourcesOf({ query }: PlannedQuery): string[] {
  return query.topology.subTopologies.flatMap(({ sourceTopics }) => [...sourceTopics]);
}
