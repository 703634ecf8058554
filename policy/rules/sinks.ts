import { TYPE, textMap, textOf } from '../rule';
import type { Json, Rule, RuledResource, StackRule } from '../rule';

const DLQ = 'errors.deadletterqueue.topic.name';
/** Topics that producers write; what is derived from them has names of other layers. */
const RAW_TOPIC = /^telemetry\.(?!dlq\.)[a-z0-9_]+\.v\d+$/;
const RAW_PATH = /\/raw\/([a-z0-9_]+)\/([a-z0-9_]+)$/;

export const tolerantSinks: StackRule = {
  name: 'dead-letter-alerts',
  description: 'A sink tolerates errors only where its dead letters go to a topic, and somebody is told.',
  types: [TYPE.connector, TYPE.prometheusRule],
  check: (resources, { requireAlerts }) => {
    const told = resources.filter(({ type }) => type === TYPE.prometheusRule).flatMap(expressions);
    return ofType(resources, TYPE.connector).flatMap((resource) => {
      const config = textMap(resource.inputs.config);
      if (config['errors.tolerance'] !== 'all') return [];
      const topic = config[DLQ];
      if (!topic)
        return [{ resource, problem: `tolerates errors and has no dead-letter topic; set "${DLQ}"` }];
      if (!requireAlerts || told.some((expression) => expression.includes(`"${topic}"`))) return [];
      const problem = `tolerates errors, and no alert watches its dead letters in "${topic}"; set naap:alerts, which makes one`;
      return [{ resource, problem }];
    });
  },
};

export const rawTopicsSunk: StackRule = {
  name: 'raw-topics-sunk',
  description:
    'Every topic that producers write is kept by a connector in the raw lake, in the folder of its name.',
  types: [TYPE.topic, TYPE.connector],
  check: (resources) => {
    const sinks = ofType(resources, TYPE.connector).map(({ inputs }) => textMap(inputs.config));
    return ofType(resources, TYPE.topic).flatMap((resource) => {
      const topic = textOf(resource.inputs.name);
      if (!RAW_TOPIC.test(topic) || textMap(resource.inputs.config)['cleanup.policy'] === 'compact')
        return [];
      const own = sinks.filter((config) => (config.topics ?? '').split(',').includes(topic));
      if (own.length === 0)
        return [{ resource, problem: `no connector keeps it; add connectors/raw-${family(topic)}.yaml` }];
      return own.flatMap((config) => misplaced(topic, config).map((problem) => ({ resource, problem })));
    });
  },
};

/** `telemetry.gateway.v1` lies under `raw/telemetry/gateway`. Other sinks than Iceberg's have other ways to say so. */
function misplaced(topic: string, config: Readonly<Record<string, string>>): string[] {
  const path = config['iceberg.tables.auto-create-props.write.data.path'];
  if (path === undefined) return [];
  const [, domain, type] = RAW_PATH.exec(path) ?? [];
  const [wanted, name] = topic.split('.');
  if (domain === wanted && type === name) return [];
  return [`its table lies in "${path}"; expected a folder that ends in /raw/${wanted}/${name}`];
}

export const connectWorkers: Rule = {
  name: 'connect-workers',
  description: 'A Connect cluster has enough workers to lose one and go on.',
  types: [TYPE.kafkaConnect],
  check: ({ inputs }, { minConnectWorkers }) => {
    const replicas = Number(record(inputs.spec).replicas ?? 0);
    if (replicas >= minConnectWorkers) return [];
    return [`has ${replicas} workers; expected ${minConnectWorkers} or more`];
  },
};

export const separateClusters: StackRule = {
  name: 'connect-clusters',
  description: 'Connect clusters share neither group nor internal topics.',
  types: [TYPE.kafkaConnect],
  check: (resources) => {
    const seen = new Map<string, string>();
    return ofType(resources, TYPE.kafkaConnect).flatMap((resource) => {
      const config = textMap(record(resource.inputs.spec).config);
      return ['group.id', 'config.storage.topic', 'offset.storage.topic', 'status.storage.topic'].flatMap(
        (key) => {
          if (config[key] === undefined) return [];
          const at = `${key} ${config[key]}`;
          const other = seen.get(at);
          seen.set(at, resource.name);
          return other === undefined
            ? []
            : [{ resource, problem: `has the ${key} "${config[key]}" of ${other}` }];
        },
      );
    });
  },
};

function expressions({ inputs }: RuledResource): string[] {
  return list(record(inputs.spec).groups).flatMap((group) =>
    list(record(group).rules).map((rule) => textOf(record(rule).expr)),
  );
}

function family(topic: string): string {
  return (topic.split('.')[1] ?? topic).replaceAll('_', '-');
}

function record(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json | undefined>)
    : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function ofType(resources: readonly RuledResource[], type: string): RuledResource[] {
  return resources.filter((resource) => resource.type === type);
}
