import { readFileSync } from 'node:fs';
import axios from 'axios';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import type { Admin } from 'kafkajs';
import type { Client } from 'minio';
import { readPassword, readPlainUsers, setPlainUsers } from '../../lab';
import { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import type { KafkaSession } from '../../resources/kafka/kafka-admin';
import { MinioAdminClient } from '../../resources/minio/admin-client';
import { SignedHttp } from '../../resources/minio/signed-http';
import { ScramUserClient } from '../../resources/scram-user/scram-user-client';
import { adminClient } from '../support/kafka';
import { storeClient } from '../support/store';
import type { TestPlatform } from '../support/platform';

const INSERT = /^\s*INSERT/i;

export interface RunningQuery {
  readonly id: string;
  readonly queryString: string;
}

/** What somebody does by hand on a platform, with the clients that anybody has. */
export class Hands {
  constructor(private readonly platform: TestPlatform) {}

  private get endpoints() {
    return this.platform.endpoints;
  }

  async kafka<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = adminClient(this.endpoints).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** One setting of a topic; the others stay. */
  async topicConfig(name: string, key: string, value: string): Promise<void> {
    await this.protocol(async ({ kafka, connection }) => {
      const { SET } = kafka.IncrementalAlterConfigOperationTypes;
      const configs = [{ name: key, configOperation: SET, value }];
      const resourceType = kafka.ConfigResourceTypes.TOPIC;
      await kafka.incrementalAlterConfigsV1.api.async(
        connection,
        [{ resourceType, resourceName: name, configs }],
        false,
      );
    });
  }

  async deleteTopicConfig(name: string, key: string): Promise<void> {
    await this.protocol(async ({ kafka, connection }) => {
      const { DELETE } = kafka.IncrementalAlterConfigOperationTypes;
      const configs = [{ name: key, configOperation: DELETE, value: '' }];
      const resourceType = kafka.ConfigResourceTypes.TOPIC;
      await kafka.incrementalAlterConfigsV1.api.async(
        connection,
        [{ resourceType, resourceName: name, configs }],
        false,
      );
    });
  }

  async acl(
    does: 'create' | 'delete',
    user: string,
    topic: string,
    operation: keyof typeof AclOperationTypes,
  ): Promise<void> {
    const entry = {
      principal: `User:${user}`,
      host: '*',
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
    };
    await this.kafka(async (admin) => {
      if (does === 'create') await admin.createAcls({ acl: [entry] });
      else await admin.deleteAcls({ filters: [entry] });
    });
  }

  async produce(topic: string, value: string): Promise<void> {
    const producer = adminClient(this.endpoints).producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value }] });
    await producer.disconnect();
  }

  /** Requests that no kafkajs knows: users, limits. */
  async protocol<T>(work: (session: KafkaSession) => Promise<T>): Promise<T> {
    const { admin } = this.endpoints.kafka;
    const client = new KafkaAdmin(this.endpoints.kafka, {
      username: admin.username,
      password: readPassword(admin),
    });
    try {
      return await client.run('by hand', work);
    } finally {
      await client.close();
    }
  }

  /** Sets the password and rounds of a user. */
  async scramUser(username: string, password: string, iterations = 4096): Promise<void> {
    const { admin } = this.endpoints.kafka;
    const login = { username: admin.username, password: readPassword(admin) };
    const kafka = new KafkaAdmin(this.endpoints.kafka, login);
    const client = new ScramUserClient({ kafka, endpoint: this.endpoints.kafka, readSecret: () => password });
    await client.set([{ username, password: 'by hand', mechanism: 'SCRAM-SHA-512', iterations }]);
    await kafka.close();
  }

  async deleteScramUser(name: string): Promise<void> {
    await this.protocol(async ({ kafka, connection }) => {
      const mechanism = kafka.ScramMechanisms.SCRAM_SHA_512;
      await kafka.alterUserScramCredentialsV0.api.async(connection, [{ name, mechanism }], []);
    });
  }

  async quota(user: string, key: 'producer_byte_rate' | 'request_percentage', value?: number): Promise<void> {
    const op = value === undefined ? { key, remove: true as const } : { key, value, remove: false as const };
    await this.protocol(async ({ kafka, connection }) => {
      const entities = [{ entityType: 'user' as const, entityName: user }];
      await kafka.alterClientQuotasV1.api.async(connection, [{ entities, ops: [op] }], false);
    });
  }

  /** Changes the users of the gateways' listener. */
  async plainUsers(change: (users: Record<string, string>) => Record<string, string>): Promise<void> {
    const { settings } = this.platform;
    await setPlainUsers(settings, change({ ...readPlainUsers(settings.runDir) }));
  }

  async registry(method: 'POST' | 'PUT' | 'DELETE', path: string, data?: unknown): Promise<void> {
    await axios.request({
      method,
      url: `${this.endpoints.registry.url}${path}`,
      data,
      headers: { 'Content-Type': 'application/json' },
    });
  }

  /** The newest schema of a subject with one more optional field. */
  async widenSchema(subject: string): Promise<void> {
    const url = `${this.endpoints.registry.url}/subjects/${subject}/versions`;
    const { data } = await axios.get<{ schema: string }>(`${url}/latest`);
    const schema = JSON.parse(data.schema) as { fields: unknown[] };
    schema.fields.push({ name: 'added_by_hand', type: ['null', 'string'], default: null });
    await this.registry('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(schema) });
  }

  /** Runs statements, and waits until the server has made them true. */
  async ksql(ksql: string): Promise<readonly Entity[]> {
    const url = `${this.endpoints.ksqldb.url}/ksql`;
    const { status, data } = await axios.post<Entity[] | { message: string }>(
      url,
      { ksql, streamsProperties: {} },
      { validateStatus: () => true },
    );
    if (status !== 200 || !Array.isArray(data))
      throw new Error(`ksqlDB: ${(data as { message: string }).message}`);
    return data;
  }

  /** Id of the query that writes into `sink` (or, with `insert`, by INSERT INTO). */
  async queryId(sink: string): Promise<string> {
    return (await this.query(sink, (text) => !INSERT.test(text))).id;
  }

  /** The INSERT INTO of a sink that reads this source. */
  insertQuery(sink: string, source: string): Promise<RunningQuery> {
    const reads = new RegExp(`\\bFROM\\s+${source}\\b`, 'i');
    return this.query(sink, (text) => INSERT.test(text) && reads.test(text));
  }

  private async query(sink: string, isIt: (text: string) => boolean): Promise<RunningQuery> {
    const all = (await this.ksql('SHOW QUERIES;')).flatMap(({ queries = [] }) => queries);
    const found = all.find(({ sinks, queryString }) => sinks?.includes(sink) && isIt(queryString));
    if (!found) throw new Error(`no such query writes into ${sink}`);
    return found;
  }

  async connect(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, data?: unknown): Promise<unknown> {
    const url = `${this.endpoints.connect.critical!.url}${path}`;
    for (let attempt = 0; ; attempt++) {
      const answer = await axios.request<unknown>({
        method,
        url,
        data: data ?? (method === 'GET' ? undefined : {}),
        validateStatus: () => true,
      });
      if (answer.status < 300) return answer.data;
      // A rebalance passes.
      if (![409, 500].includes(answer.status) || attempt > 50)
        throw new Error(`Connect: ${method} ${path}: ${answer.status}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Changes settings of a connector; `null` takes one away. */
  async connectorConfig(name: string, changes: Readonly<Record<string, string>>): Promise<void> {
    const config = (await this.connect('GET', `/connectors/${name}/config`)) as Record<string, string>;
    await this.connect('PUT', `/connectors/${name}/config`, { ...config, ...changes });
  }

  /** Another connector with the same settings. */
  async connectorCopy(name: string, copy: string): Promise<void> {
    const config = (await this.connect('GET', `/connectors/${name}/config`)) as Record<string, string>;
    await this.connect('PUT', `/connectors/${copy}/config`, { ...config, name: copy });
    await this.connect('PUT', `/connectors/${copy}/pause`);
  }

  store(): Client {
    return storeClient(this.endpoints);
  }

  storeAdmin(): MinioAdminClient {
    return new MinioAdminClient(this.endpoints.minio.endpoint, this.storeKey());
  }

  /** What `mc admin` sends for what the administrator's client above does not know. */
  async mc(method: 'PUT' | 'DELETE', command: string, query: Record<string, string>): Promise<void> {
    const http = new SignedHttp(this.endpoints.minio.endpoint, this.storeKey());
    const answer = await http.send({ method, path: `/minio/admin/v3/${command}`, query });
    if (answer.status > 299) throw new Error(`MinIO: ${command}: ${answer.status} ${answer.body}`);
  }

  private storeKey() {
    const { region, admin } = this.endpoints.minio;
    return { region, accessKey: admin.username, secretKey: readFileSync(admin.passwordFile, 'utf8').trim() };
  }
}

interface Entity {
  readonly queries?: readonly {
    readonly id: string;
    readonly sinks?: readonly string[];
    readonly queryString: string;
  }[];
}
