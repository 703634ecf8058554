import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { scraperConfig } from '../scraping/config';
import { readSettings } from '../settings';
import { brokerUsers } from './kafka';
import { ksqlServerSettings } from './ksqldb';
import { platformAcls } from './kafka-admin';
import { declaredLogin, logsInAsAnother, partLogin } from './part-login';
import { propertiesText } from './properties';

let folder: string;
const settings = () => readSettings({ NAAP_ROOT: folder, NAAP_RUN_DIR: folder, NAAP_PORT_BASE: '20000' });
const declare = (identities: string): void =>
  writeFileSync(path.join(folder, 'Pulumi.dev.yaml'), `config:\n  naap:x: 1\n${identities}`);
const ROTATED = '  naap:identities: { ksqldb: b, connect-worker-critical: b, scraper: b }\n';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'naap-login-'));
  mkdirSync(path.join(folder, 'config'));
  declare('');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('whoever acts for an identity in the lab', () => {
  it('logs in as its first user, and as the other one once that is declared', () => {
    expect(partLogin(settings(), 'ksqldb').username).toBe('ksqldb');
    declare(ROTATED);
    const login = partLogin(settings(), 'ksqldb');
    expect(login).toEqual({
      username: 'ksqldb-b',
      passwordFile: path.join(folder, 'secrets', 'kafka-ksqldb-b'),
    });
    expect(readFileSync(login.passwordFile, 'utf8').length).toBeGreaterThan(20);
    expect(partLogin(settings(), 'connectCurated').username).toBe('connect-worker-curated');
    rmSync(path.join(folder, 'Pulumi.dev.yaml'));
    expect(declaredLogin(settings(), 'scraper').username).toBe('scraper');
  });

  it('is the engine, a worker, the scraper, and the broker’s first users with their rights', () => {
    declare(ROTATED);
    const context = { settings: settings(), brokers: 1 as const, installed: () => undefined as never };
    expect(ksqlServerSettings(context)['sasl.jaas.config']).toContain('username="ksqldb-b"');
    const endpoints = { kafka: { bootstrap: [] }, registry: { url: '' } } as never;
    expect(scraperConfig(settings(), endpoints, 'targets')).toMatchObject({
      kafka: { username: 'scraper-b', password_file: path.join(folder, 'secrets', 'kafka-scraper-b') },
    });
    expect(brokerUsers(settings()).map(({ username }) => username)).toEqual([
      'admin',
      'connect-worker-critical-b',
      'connect-worker-curated',
      'ksqldb-b',
    ]);
    const principals = new Set(platformAcls(settings()).map(({ principal }) => principal));
    expect([...principals]).toEqual([
      'User:connect-worker-critical-b',
      'User:connect-worker-curated',
      'User:ksqldb-b',
    ]);
  });

  it('is started again when what it runs with says another user', () => {
    const file = path.join(folder, 'config', 'ksql-server.properties');
    const context = { settings: settings(), brokers: 1 as const, installed: () => undefined as never };
    expect(logsInAsAnother(file, { username: 'ksqldb' })).toBe(false);
    writeFileSync(file, propertiesText(ksqlServerSettings(context)));
    expect(logsInAsAnother(file, { username: 'ksqldb' })).toBe(false);
    expect(logsInAsAnother(file, { username: 'ksqldb-b' })).toBe(true);
  });
});
