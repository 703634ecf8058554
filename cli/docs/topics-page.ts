import type { Documented, DocumentedTopic, TopicShape } from './documented';
import { ENVIRONMENTS } from './documented';
import { code, page, table } from './markdown';

const DAY = 86_400_000;
const CLASSES: readonly (readonly [string, string])[] = [
  ['telemetry', 'Raw: written by gateways, scrapers and agents, kept as it came'],
  ['bronze', 'Bronze: judged and deduplicated'],
  ['silver', 'Silver: typed, normalised, enriched'],
  ['gold', 'Gold: rollups, scores'],
  ['alerts', 'Alerts'],
  ['dead-letter', 'Dead letters of connectors'],
  ['control', 'Control topics of connectors'],
];

/** `docs/topics.md`: every topic, what it is in each environment, and which asked-for topic it stands for. */
export function topicsPage({ topics, asked }: Documented): string {
  const sections = CLASSES.flatMap(([name, title]) => {
    const ours = topics.filter((topic) => topic.class === name);
    return ours.length === 0 ? [] : [`## ${title}\n\n${topicTable(ours)}`];
  });
  return page(
    '# Topics',
    'Partitions × replicas, retention and clean-up in dev, staging, prod. "as the broker" is what nobody declared. Repartition and changelog topics of ksqlDB are its own and not listed.',
    ...sections,
    ...askedSections(asked, topics),
  );
}

function topicTable(topics: readonly DocumentedTopic[]): string {
  return table(
    ['topic', 'holds', 'partitions × replicas', 'kept', 'min ISR', 'from'],
    topics.map((topic) => [
      code(topic.name),
      topic.description,
      perEnvironment(topic, partitionsText),
      perEnvironment(topic, keptText),
      perEnvironment(topic, ({ config }) => config['min.insync.replicas'] ?? 'as the broker'),
      code(topic.writtenBy ?? 'stacks/topics.ts'),
    ]),
  );
}

/** One value where all environments have the same, otherwise one each. */
function perEnvironment({ shapes }: DocumentedTopic, text: (shape: TopicShape) => string): string {
  const values = ENVIRONMENTS.map((name) => (shapes[name] === undefined ? 'none' : text(shapes[name])));
  return new Set(values).size === 1 ? values[0]! : values.join(', ');
}

function partitionsText({ partitions, replicationFactor }: TopicShape): string {
  return `${partitions ?? '?'} × ${replicationFactor ?? '?'}`;
}

function keptText({ config }: TopicShape): string {
  const policy = config['cleanup.policy'];
  if (policy === 'compact') return 'compacted';
  const time = config['retention.ms'];
  // A table without a time is compacted by ksqlDB.
  if (time === undefined) return 'last row of each key';
  return `${durationText(Number(time))}${policy === 'compact,delete' ? ', compacted' : ''}`;
}

function durationText(ms: number): string {
  if (ms < 0) return 'for ever';
  if (ms % DAY === 0) return `${ms / DAY} d`;
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${ms / 60_000} min`;
}

function askedSections(asked: Documented['asked'], topics: readonly DocumentedTopic[]): string[] {
  const inProd = (name: string): string => {
    const shape = topics.find((topic) => topic.name === name)?.shapes.prod;
    return shape === undefined ? 'none' : `${shape.partitions ?? '?'}, ${keptText(shape)}`;
  };
  if (asked.length === 0) return [];
  const rows = asked.map(({ topic, ours, size, note }) => [
    code(topic),
    size ?? '',
    ours.map(code).join(', '),
    ours.map(inProd).join('; '),
    note ?? '',
  ]);
  const fields = asked
    .filter((it) => it.fields.length > 0)
    .map(({ topic, fields: all }) => {
      const lines = all.map((field) => [
        code(field.field),
        'ours' in field ? field.ours : `no source: ${field.none}`,
      ]);
      return `### Fields of ${code(topic)}\n\n${table(['field', 'here'], lines)}`;
    });
  return [
    '## Topics that were asked for',
    `Sizes are partitions and retention, ours those of prod. Topics that are joined with each other have equal numbers of partitions (ksqlDB demands it), so that the inventory has as many as the samples, and the windows of one rollup as many as each other. Tables without windows keep the last row of each key as long as they are declared.`,
    table(['asked for', 'size', 'here', 'size', 'note'], rows),
    ...fields,
  ];
}
