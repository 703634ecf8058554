/**
 * The stock test against the lab's own parts, as if they were stock servers: `npx tsx tests/stock/on-the-lab.ts`. It shows that the test works
 * where no stock server can be had; of stock it shows nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { projectRoot } from '../../lab/paths';
import { startTestPlatform } from '../support/platform';

async function main(): Promise<void> {
  const platform = await startTestPlatform({
    slot: 9,
    without: ['connect', 'connect-curated', 'minio'],
  });
  try {
    const { kafka, registry, ksqldb } = platform.endpoints;
    const { status } = spawnSync(
      'npx',
      ['jest', '--selectProjects', 'e2e', '--testPathPatterns', 'tests/stock/'],
      {
        cwd: projectRoot(),
        stdio: 'inherit',
        env: {
          ...process.env,
          STOCK_KSQLDB_URL: ksqldb.url,
          STOCK_REGISTRY_URL: registry.url,
          STOCK_KAFKA_BOOTSTRAP: kafka.bootstrap.join(','),
          STOCK_KAFKA_USERNAME: kafka.admin.username,
          STOCK_KAFKA_PASSWORD: readFileSync(kafka.admin.passwordFile, 'utf8').trim(),
        },
      },
    );
    process.exitCode = status ?? 1;
  } finally {
    await platform.stop();
  }
}

void main();
