import path from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { projectRoot } from '../../lab';
import { dockerMissing } from '../support/docker';

/** The image itself, where a Docker daemon answers. `NAAP_BASE_IMAGE` names another base with Node 20. */
const reason = dockerMissing();
const title = reason === undefined ? 'the scraper’s image' : `the scraper’s image (skipped: ${reason})`;

const CONFIG = {
  kafka: { brokers: ['127.0.0.1:1'], username: 'scraper', password_file: '/etc/naap/password' },
  registry: { url: 'http://127.0.0.1:1' },
  buffer: { folder: '/var/lib/naap-scraper' },
  listen: { host: '0.0.0.0', port: 9100 },
  sources: [{ type: 'file', path: '/etc/naap/targets.json' }],
};

(reason === undefined ? describe : describe.skip)(title, () => {
  test('is built from the Dockerfile and runs without rights, on a root that cannot be written', async () => {
    const { NAAP_BASE_IMAGE: base } = process.env;
    const image = await GenericContainer.fromDockerfile(projectRoot(), path.join('scraper', 'Dockerfile'))
      .withBuildArgs(base === undefined ? {} : { BASE_IMAGE: base })
      .build('naap-scraper-test');
    const container = await image
      .withCopyContentToContainer([
        { target: '/etc/naap/scraper.yaml', content: JSON.stringify(CONFIG) },
        { target: '/etc/naap/targets.json', content: '[]' },
        { target: '/etc/naap/password', content: 'secret' },
      ])
      .withExposedPorts(9100)
      .withWaitStrategy(Wait.forHealthCheck())
      .start();
    try {
      const url = `http://${container.getHost()}:${container.getMappedPort(9100)}`;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      // Neither registry nor broker is there: it lives, and says that it is not ready.
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
      expect((await container.exec(['id', '-u'])).output.trim()).toBe('1000');
      expect((await container.exec(['sh', '-c', 'touch /app/x'])).exitCode).not.toBe(0);
    } finally {
      await container.stop();
    }
  }, 600_000);
});
