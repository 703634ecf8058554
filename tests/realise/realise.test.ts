import axios from 'axios';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs';
import { Client } from 'minio';
import { readPassword } from '../../lab';
import { changeCount, realise } from '../../lab/realise';
import { adminClient } from '../support/kafka';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';

jest.setTimeout(300_000);

/** Realising the dev stack on a real platform: twice changes nothing, and what is changed by hand is repaired. */
let platform: TestPlatform;
const run = () => realise(platform.endpoints, { settings: platform.settings });

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 6 });
  await run();
});
afterAll(() => platform?.stop());

it('changes nothing the second time', async () => {
  const report = await run();
  expect(report.kinds.flatMap(({ changes }) => changes)).toEqual([]);
});

it('repairs what was changed by hand, in every kind, and nothing else', async () => {
  await changeTopicAndAcl();
  await changeConnector();
  await changeSubject();
  await changeQuery();
  await changeLake();
  const report = await run();
  const changed = report.kinds.filter(({ changes }) => changes.length > 0).map(({ kind }) => kind);
  expect(changed.sort()).toEqual(['acl', 'bucket', 'connector', 'query', 'subject', 'topic']);
  expect(changeCount(report)).toBe(6);
  expect(changeCount(await run())).toBe(0);
});

async function changeTopicAndAcl(): Promise<void> {
  const admin = adminClient(platform.endpoints).admin();
  await admin.connect();
  const resource = { type: ConfigResourceTypes.TOPIC, name: 'telemetry.gateway.v1' };
  const configEntries = [
    { name: 'retention.ms', value: '1000000' },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'max.message.bytes', value: '1048576' },
    { name: 'segment.ms', value: '86400000' },
  ];
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
  await admin.deleteAcls({
    filters: [
      {
        principal: 'User:scraper',
        host: '*',
        operation: AclOperationTypes.WRITE,
        permissionType: AclPermissionTypes.ALLOW,
        resourceType: AclResourceTypes.TOPIC,
        resourceName: 'telemetry.orchestrator_scrape.v1',
        resourcePatternType: ResourcePatternTypes.LITERAL,
      },
    ],
  });
  await admin.disconnect();
}

async function changeConnector(): Promise<void> {
  await axios.put(`${platform.endpoints.connect.critical!.url}/connectors/raw-gateway/pause`, {});
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

async function changeSubject(): Promise<void> {
  const subject = 'telemetry.orchestrator_scrape.v1-value';
  await axios.put(`${platform.endpoints.registry.url}/config/${subject}`, { compatibility: 'NONE' });
}

async function changeQuery(): Promise<void> {
  const ksql = async (text: string) =>
    (
      await axios.post<{ queries?: { id: string; sinks: string[] }[] }[]>(
        `${platform.endpoints.ksqldb.url}/ksql`,
        { ksql: text },
      )
    ).data;
  const queries = (await ksql('SHOW QUERIES;')).flatMap(({ queries = [] }) => queries);
  const { id } = queries.find(({ sinks }) => sinks.includes('NETWORK_CAPABILITY'))!;
  await ksql(`PAUSE ${id};`);
}

async function changeLake(): Promise<void> {
  const { endpoint, admin } = platform.endpoints.minio;
  const { hostname, port } = new URL(endpoint);
  const store = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: admin.username,
    secretKey: readPassword(admin),
  });
  await store.setBucketVersioning('lake', { Status: 'Suspended' } as never);
}
