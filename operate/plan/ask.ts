import type { Change } from '../../resources/change';
import type { ConnectClient } from '../../resources/connector/connect-client';
import type { Connector } from '../../resources/connector/connector';
import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import type { RegistryClient } from '../../resources/subject/registry-client';
import type { LiveSubject, Subject } from '../../resources/subject/subject';
import type { Topic } from '../../resources/topic/topic';
import type { Refusal } from './refusal';

const TIMEOUT_MS = 30_000;

/** What the controller says of a change of a topic that it is only asked about (`validateOnly`). */
export async function askBroker(kafka: KafkaAdmin, change: Change<Topic>): Promise<Refusal[]> {
  try {
    if (change.action === 'create') await validateCreation(kafka, change.desired);
    if (change.action === 'update') await validateUpdate(kafka, change);
    return [];
  } catch (error) {
    // The reason is the broker's own; who may not ask is another matter.
    const { message } = error as Error;
    if (/AUTHORIZATION_FAILED|ECONN|NETWORK/.test(message)) throw error;
    return [{ reason: `the broker refuses it: ${message}`, remedy: 'declare what the cluster can do' }];
  }
}

function validateCreation(kafka: KafkaAdmin, topic: Topic): Promise<void> {
  const { name, partitions: numPartitions, replicationFactor } = topic;
  const configs = Object.entries(topic.config).map(([key, value]) => ({ name: key, value }));
  const request = [{ name, numPartitions, replicationFactor, assignments: [], configs }];
  return kafka.run(`creating ${name}`, async ({ kafka: module, connection }) => {
    await module.createTopicsV7.api.async(connection, request, TIMEOUT_MS, true);
  });
}

async function validateUpdate(
  kafka: KafkaAdmin,
  { desired, properties }: Extract<Change<Topic>, { action: 'update' }>,
): Promise<void> {
  const { name, partitions: count } = desired;
  if (properties.some(({ path }) => path === 'partitions')) {
    await kafka.run(`adding partitions to ${name}`, async ({ kafka: module, connection }) => {
      await module.createPartitionsV3.api.async(
        connection,
        [{ name, count, assignments: null }],
        TIMEOUT_MS,
        true,
      );
    });
  }
  const changed = properties.filter(({ path }) => path.startsWith('config.'));
  if (changed.length === 0) return;
  await kafka.run(`changing ${name}`, async ({ kafka: module, connection }) => {
    const { SET } = module.IncrementalAlterConfigOperationTypes;
    const configs = changed.map(({ path, after }) => ({
      name: path.slice('config.'.length),
      configOperation: SET,
      value: String(after as string),
    }));
    const resource = { resourceType: module.ConfigResourceTypes.TOPIC, resourceName: name, configs };
    await module.incrementalAlterConfigsV1.api.async(connection, [resource], true);
  });
}

/** What the registry has against a schema as the next version. */
export async function askRegistry(
  registry: RegistryClient,
  subject: Subject,
  live: LiveSubject | undefined,
): Promise<Refusal[]> {
  const reasons = await registry.incompatibilities(subject);
  if (reasons.length > 0) return [incompatible(subject, reasons.join('; '))];
  if (!live?.hasDeclared) return [];
  return [
    {
      reason: `the declared schema is registered already, and version ${live.version} that nobody declared stands above it: registering it again would change nothing`,
      remedy: `declare what version ${live.version} says, or delete that version`,
    },
  ];
}

export function incompatible({ compatibility }: Subject, reason: string): Refusal {
  return {
    reason: `the schema is not ${compatibility} with the newest version: ${reason}`,
    remedy: 'give a new field a default, keep the others, or make a topic of the next version',
  };
}

/** Settings whose rejected value must not be shown. */
const SECRET_SETTING = /password|secret|token|jaas|credential|key/i;

/** What Connect says of a configuration: its plugin is there, and the plugin takes it. */
export async function askConnect(
  client: Pick<ConnectClient, 'plugins' | 'validate'>,
  { name, config }: Pick<Connector, 'name' | 'config'>,
): Promise<Refusal[]> {
  const plugins = await client.plugins();
  const plugin = config['connector.class'] ?? '';
  if (!plugins.some((one) => one === plugin || one.endsWith(`.${plugin}`))) {
    return [
      {
        reason: `the workers have no plugin "${plugin}"; they have ${plugins.join(', ') || 'none'}`,
        remedy: 'install it on every worker, or correct "class"',
      },
    ];
  }
  const errors = await client.validate(name, config);
  return errors.map((error) => {
    const [setting = ''] = error.split(':');
    const shown = SECRET_SETTING.test(setting) ? `${setting}: (hidden, as it may hold a secret)` : error;
    return { reason: `the plugin refuses its configuration: ${shown}`, remedy: 'correct the setting' };
  });
}
