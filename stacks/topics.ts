import type { ConnectorDefinition } from './connector-definition';
import type { DataSettings, Environment } from './environment-schema';
import { TELEMETRY_TOPIC } from './names';

export type TopicClass = 'telemetry' | 'dead-letter' | 'control';

/** A topic that the stack makes itself; what ksqlDB derives, ksqlDB makes. */
export interface TopicSpec {
  readonly name: string;
  readonly class: TopicClass;
  readonly description: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
/** A segment a day, as the retention works by whole segments; a smaller one where the topic lives shorter. */
const segmentMs = (retentionMs: number): number => Math.min(DAY_MS, Math.ceil(retentionMs / 4));

/** A topic as it is made. */
export type DeclaredTopic = Pick<TopicSpec, 'name' | 'partitions' | 'replicationFactor' | 'config'>;

/** Those of the environment and those that it adopted. */
export function declaredTopics(
  environment: DataSettings & Pick<Environment, 'adopted'>,
  connectors: readonly ConnectorDefinition[],
): DeclaredTopic[] {
  const specs = topicSpecs(environment, connectors);
  const { topics } = environment.adopted;
  const twice = topics.find(({ name }) => specs.some((spec) => spec.name === name));
  if (twice)
    throw new Error(`topic "${twice.name}" has a declaration of its own: take it out of naap:adopted.topics`);
  return [...specs, ...topics];
}

/** Topics that the raw lake keeps as they came. */
export function rawTopicNames(environment: DataSettings): string[] {
  return topicSpecs(environment, []).flatMap((spec) => (spec.class === 'telemetry' ? spec.name : []));
}

/** All topics of an environment, by name. */
export function topicSpecs(
  environment: DataSettings,
  connectors: readonly ConnectorDefinition[],
): TopicSpec[] {
  const specs = [
    telemetryTopic(
      environment,
      TELEMETRY_TOPIC.gateway,
      'Events of the gateways (go-livepeer envelopes, JSON), all families',
    ),
    telemetryTopic(environment, TELEMETRY_TOPIC.scrape, 'One event a poll of a node by the scraper (Avro)'),
    telemetryTopic(
      environment,
      TELEMETRY_TOPIC.gpuMetrics,
      'Samples of GPUs, from scrapes and from agents (Avro)',
    ),
    telemetryTopic(
      environment,
      TELEMETRY_TOPIC.jobResults,
      'Results of test jobs, from scrapes and testers (Avro)',
    ),
    ...connectors.flatMap((connector) => [
      deadLetterTopic(environment, connector),
      controlTopic(environment, connector),
    ]),
  ];
  const names = specs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`topic "${twice}" is declared twice: give each connector topics of its own`);
  return specs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function telemetryTopic(environment: DataSettings, name: string, description: string): TopicSpec {
  const { topics } = environment;
  const config = {
    ...common(environment, topics.retention.telemetry),
    // Time of arrival: a record's own time is what its sender claims, and retention must not follow that.
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(topics.maxMessageBytes),
  };
  return spec(environment, {
    name,
    class: 'telemetry',
    description,
    partitions: topics.partitions.telemetry,
    config,
  });
}

function deadLetterTopic(environment: DataSettings, connector: ConnectorDefinition): TopicSpec {
  const { topics } = environment;
  return spec(environment, {
    name: connector.deadLetterTopic,
    class: 'dead-letter',
    description: `What connector ${connector.name} could not read, with the reason in its headers`,
    partitions: topics.partitions.deadLetter,
    // A dead letter carries the record and its headers: it may be larger than the record was.
    config: {
      ...common(environment, topics.retention.deadLetter),
      'max.message.bytes': String(2 * topics.maxMessageBytes),
    },
  });
}

function controlTopic(environment: DataSettings, connector: ConnectorDefinition): TopicSpec {
  return spec(environment, {
    name: connector.controlTopic,
    class: 'control',
    description: `Commits of connector ${connector.name} (its own protocol)`,
    partitions: 1,
    config: common(environment, environment.topics.retention.control),
  });
}

function common({ topics }: DataSettings, retentionMs: number): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'compression.type': 'producer',
    'min.insync.replicas': String(topics.minInsyncReplicas),
    'retention.ms': String(retentionMs),
    'segment.ms': String(segmentMs(retentionMs)),
  };
}

function spec({ topics }: DataSettings, rest: Omit<TopicSpec, 'replicationFactor'>): TopicSpec {
  return { ...rest, replicationFactor: topics.replicationFactor };
}
