import type { Catalog } from '../catalog/catalog';
import { emptyCatalog } from '../catalog/memory-catalog';
import { createSchemaTranslator } from '../formats/schema-translator';
import { createSerdes } from '../formats/serdes';
import { builtinFunctions } from '../functions';
import { parseStatements } from '../parser';
import { applyPlan, isPlannable, planStatement } from '../planner';
import type { PersistentQueryPlan } from '../planner/plan';
import { createSource } from '../source/source';
import type { OutputRecord, SchemaRegistry, StoredRow, Task, TopicRecord } from './contracts';
import { buildTopology } from './topology-builder';
import { repartitionTopicPartitions } from './topology';
import type { Topology } from './topology';

const NO_REGISTRY: SchemaRegistry = {
  latest: () => Promise.resolve(undefined),
  byId: () => Promise.resolve(undefined),
  register: () => Promise.resolve(1),
  deleteSubject: () => Promise.resolve(),
};

/** Plans statements over topics of four partitions; gives the last query's plan. */
function plan(sql: string): PersistentQueryPlan {
  let catalog: Catalog = emptyCatalog();
  let last: PersistentQueryPlan | undefined;
  for (const { statement, text } of parseStatements(createSource(sql))) {
    if (!isPlannable(statement)) continue;
    const planned = planStatement(statement, text, {
      catalog,
      functions: builtinFunctions,
      config: {},
      topics: new Map(['s', 'l', 'r', 't'].map((name) => [name, { partitions: 4, replicas: 1 }])),
      schemas: { latest: () => undefined, byId: () => undefined },
      translator: createSchemaTranslator(),
      queries: new Map(),
      nextQueryNumber: 0,
      evaluation: { now: () => 0, random: () => 0 },
      transientId: '0',
    });
    catalog = applyPlan(catalog, planned);
    if (planned.kind === 'persistentQuery') last = planned.query;
  }
  return last!;
}

const topologyOf = (sql: string): Topology =>
  buildTopology(plan(sql), {
    serviceId: 'default_',
    serdes: createSerdes(NO_REGISTRY),
    functions: builtinFunctions,
  });

const STREAM = "CREATE STREAM s (id INT KEY, g STRING, v INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');";
const LOGGER = { error: (): void => undefined };

interface Running {
  readonly task: Task;
  readonly emitted: OutputRecord[];
}
function start(topology: Topology, subTopology = 0, caching = false): Running {
  const emitted: OutputRecord[] = [];
  const deps = { emit: (r: OutputRecord) => void emitted.push(r), logger: LOGGER, clock: () => 0, caching };
  return { task: topology.createTask(subTopology, 0, deps), emitted };
}

function record(topic: string, timestamp: number, value: object | null, key = 1): TopicRecord {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(key);
  return {
    topic,
    partition: 0,
    offset: 0,
    timestamp,
    key: bytes,
    value: value && Buffer.from(JSON.stringify(value)),
    headers: [],
  };
}

const results = ({ emitted }: Running, topic: string): unknown[] =>
  emitted
    .filter((r) => r.topic === topic)
    .map((r) => (r.value === null ? null : JSON.parse(String(r.value))) as unknown);

/** What a broker would do: a new task that reads the changelogs of the old one. */
function restarted(topology: Topology, old: Running): Running {
  const next = start(topology);
  for (const r of old.emitted.filter((e) => e.topic.endsWith('-changelog'))) {
    next.task.restore({ ...r, partition: 0, offset: 0, headers: [] });
  }
  return next;
}

describe('sub-topologies', () => {
  it("are split where rows get a new partition, with ksqlDB's topic names", () => {
    const topology = topologyOf(`${STREAM} CREATE TABLE o AS SELECT g, COUNT(*) AS n FROM s GROUP BY g;`);
    const [repartition] = topology.repartitionTopics;
    expect(repartition).toMatchObject({
      name: '_confluent-ksql-default_query_CTAS_O_0-Aggregate-GroupBy-repartition',
      from: 0,
      to: 1,
    });
    expect(topology.subTopologies[1]!.stores).toMatchObject([
      {
        changelogTopic: '_confluent-ksql-default_query_CTAS_O_0-Aggregate-Aggregate-Materialize-changelog',
        cleanupPolicy: 'compact',
      },
    ]);
    expect(repartitionTopicPartitions(topology, () => 6).get(repartition!.name)).toBe(6);
  });

  it('hold both inputs of a join, which need equal partitions', () => {
    const topology = topologyOf(
      `CREATE STREAM l (id INT KEY, a INT) WITH (KAFKA_TOPIC='l', VALUE_FORMAT='JSON');
       CREATE STREAM r (id INT KEY, b INT) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON');
       CREATE STREAM o AS SELECT l.id, a, b FROM l JOIN r WITHIN 1 MINUTE ON l.id = r.id;`,
    );
    expect(topology.subTopologies).toHaveLength(1);
    expect(topology.subTopologies[0]!.copartitionGroups).toEqual([['l', 'r']]);
  });
});

describe('a restart', () => {
  const WINDOWED = `${STREAM} CREATE TABLE o AS SELECT id, SUM(v) AS total FROM s
    WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 5 SECONDS) GROUP BY id`;

  it('goes on with the sums, and still drops what was late before it', () => {
    const topology = topologyOf(`${WINDOWED};`);
    const before = start(topology);
    before.task.process(record('s', 1_000, { v: 1 }));
    before.task.process(record('s', 20_000, { v: 2 }));
    const after = restarted(topology, before);
    expect(after.task.streamTime).toBe(20_000);
    after.task.process(record('s', 2_000, { v: 100 }));
    after.task.process(record('s', 21_000, { v: 3 }));
    expect(results(after, 'O')).toEqual([{ TOTAL: 5 }]);
  });

  it('emits no final result twice', () => {
    const topology = topologyOf(`${WINDOWED} EMIT FINAL;`);
    const before = start(topology);
    before.task.process(record('s', 1_000, { v: 1 }));
    before.task.process(record('s', 16_000, { v: 2 }));
    expect(results(before, 'O')).toEqual([{ TOTAL: 1 }]);
    const after = restarted(topology, before);
    after.task.process(record('s', 26_000, { v: 3 }));
    expect(results(after, 'O')).toEqual([{ TOTAL: 2 }]);
  });

  it('keeps rows that wait for the other side of a join', () => {
    const topology = topologyOf(
      `CREATE STREAM l (id INT KEY, a INT) WITH (KAFKA_TOPIC='l', VALUE_FORMAT='JSON');
       CREATE STREAM r (id INT KEY, b INT) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON');
       CREATE STREAM o AS SELECT l.id, a, b FROM l LEFT JOIN r WITHIN 10 SECONDS GRACE PERIOD 1 SECOND ON l.id = r.id;`,
    );
    const before = start(topology);
    before.task.process(record('l', 1_000, { A: 1 }));
    before.task.process(record('l', 2_000, { A: 2 }, 2));
    const after = restarted(topology, before);
    after.task.process(record('r', 3_000, { B: 9 }));
    after.task.process(record('l', 30_000, { A: 3 }, 3));
    expect(results(after, 'O')).toEqual([
      { A: 1, B: 9 },
      { A: 2, B: null },
    ]);
  });
});

describe('caching', () => {
  it('passes on one change a key between two flushes, and logs each key once', () => {
    const topology = topologyOf(`${STREAM} CREATE TABLE o AS SELECT id, SUM(v) AS total FROM s GROUP BY id;`);
    const running = start(topology, 0, true);
    for (const v of [1, 2, 3]) running.task.process(record('s', v, { v }));
    expect(running.emitted).toEqual([]);
    running.task.flush?.();
    expect(results(running, 'O')).toEqual([{ TOTAL: 6 }]);
    expect(running.emitted).toHaveLength(2);
  });
});

describe('a materialization', () => {
  it('gives rows through HAVING and the projection', () => {
    const topology = topologyOf(
      `${STREAM} CREATE TABLE o AS SELECT id, SUM(v) * 10 AS tens FROM s GROUP BY id HAVING SUM(v) > 1;`,
    );
    const { task } = start(topology);
    task.process(record('s', 5, { v: 2 }, 1));
    task.process(record('s', 6, { v: 1 }, 2));
    const store = topology.materialization!.read(task);
    expect(topology.materialization!.valueColumns.map((c) => c.name)).toEqual(['TENS']);
    expect([...(store.all() as Iterable<StoredRow>)]).toEqual([{ key: [1], value: [20], timestamp: 5 }]);
    expect(store.get([2])).toBeUndefined();
  });
});
