import type { Change } from '../change';
import type { KafkaAdmin } from '../kafka/kafka-admin';
import { quotaKey } from './quota';
import type { LiveQuota, Quota } from './quota';

type Key = 'producer_byte_rate' | 'consumer_byte_rate' | 'request_percentage';
type Operation = { key: Key; value: number; remove: false } | { key: Key; remove: true };

/** Reads and sets quotas of one entity each (a user, or a client id). */
export class QuotaClient {
  constructor(private readonly kafka: KafkaAdmin) {}

  async all(): Promise<ReadonlyMap<string, LiveQuota>> {
    return this.kafka.run('reading quotas', async ({ kafka, connection }) => {
      const found = new Map<string, LiveQuota>();
      for (const entityType of ['user', 'client-id'] as const) {
        const component = { entityType, matchType: kafka.ClientQuotaMatchTypes.ANY };
        const { entries } = await kafka.describeClientQuotasV0.api.async(connection, [component], true);
        for (const { entity, values } of entries) {
          const key = quotaKey({ entityType, entityName: entity[0]?.entityName ?? undefined });
          found.set(key, Object.fromEntries(values.map(({ key: name, value }) => [name, value])));
        }
      }
      return found;
    });
  }

  async set(changes: readonly Change<Quota>[]): Promise<void> {
    const entries = changes.map((change) => ({
      entities: [{ entityType: change.desired.entityType, entityName: change.desired.entityName ?? null }],
      ops: [...additions(change.desired), ...removals(change)],
    }));
    await this.kafka.run('setting quotas', async ({ kafka, connection }) => {
      await kafka.alterClientQuotasV1.api.async(connection, entries, false);
    });
  }
}

function additions({ config }: Quota): Operation[] {
  return Object.entries(config).map(([key, value]) => ({ key: key as Key, value, remove: false }));
}

function removals(change: Change<Quota>): Operation[] {
  if (change.action !== 'update') return [];
  const gone = change.properties.filter(({ after }) => after === undefined);
  return gone.map(({ path }) => ({ key: path.slice('config.'.length) as Key, remove: true }));
}
