import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSettings } from './settings';

describe('readSettings', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'naap-settings-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function withFile(text: string, env: Record<string, string> = {}): ReturnType<typeof readSettings> {
    const file = path.join(folder, 'naap.yaml');
    writeFileSync(file, text);
    return readSettings({ HOME: folder, NAAP_CONFIG: file, ...env });
  }

  it('uses the cache folder of the user and base port 19000 by default', () => {
    const settings = readSettings({ HOME: '/home/someone' });
    expect(settings.home).toBe('/home/someone/.cache/naap');
    expect(settings.runDir).toBe('/home/someone/.cache/naap/run');
    expect(settings.ports.kafka).toBe(19092);
  });

  it('takes a variable over the file, and the file over the default', () => {
    const settings = withFile('portBase: 20000\nports: {connect: 8083, minio: 9000}', {
      NAAP_PORT_MINIO: '9001',
    });
    expect(settings.ports).toMatchObject({ kafka: 20092, connect: 8083, minio: 9001 });
  });

  it('takes an empty file as no settings', () => {
    expect(withFile('').ports.kafka).toBe(19092);
  });

  it('keeps a run directory that is named apart from the cache', () => {
    const settings = readSettings({
      HOME: folder,
      NAAP_HOME: '/var/cache/naap',
      NAAP_RUN_DIR: '/var/run/naap',
    });
    expect([settings.home, settings.runDir]).toEqual(['/var/cache/naap', '/var/run/naap']);
  });

  it.each([
    ['ports: {kafak: 1}', /ports/],
    ['portbase: 1', /portbase/],
    ['ports: {kafka: "9092"}', /ports\.kafka/],
  ])('refuses a file with %s and names the place', (text, message) => {
    expect(() => withFile(text)).toThrow(message);
  });

  it('refuses a port that is not a number', () => {
    expect(() => readSettings({ HOME: folder, NAAP_PORT_KAFKA: 'x' })).toThrow(
      'NAAP_PORT_KAFKA is "x", expected a port number',
    );
  });

  it('refuses a configuration file that is not there', () => {
    expect(() => readSettings({ HOME: folder, NAAP_CONFIG: '/nowhere.yaml' })).toThrow(
      'which does not exist',
    );
  });
});
