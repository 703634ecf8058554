import { readServeSettings } from './serve-settings';
import type { ServeOptions } from './serve-settings';

const overridesOf = (options: Partial<ServeOptions>) => readServeSettings({ property: [], ...options }).overrides;

describe('the settings of ksql serve', () => {
  it('puts options over properties, and properties over the file', () => {
    expect(
      overridesOf({ bootstrapServer: 'a:1', registry: 'http://r:2', listen: '8088', property: ['bootstrap.servers=b:1', 'x=a=b'] }),
    ).toEqual({
      'bootstrap.servers': 'a:1',
      'ksql.schema.registry.url': 'http://r:2',
      listeners: 'http://127.0.0.1:8088',
      x: 'a=b',
    });
  });

  test.each([
    ['8088', 'http://127.0.0.1:8088'],
    ['localhost:1', 'http://localhost:1'],
    ['[::1]:1', 'http://[::1]:1'],
    ['https://0.0.0.0:1', 'https://0.0.0.0:1'],
  ])('listens on %s', (listen, url) => expect(overridesOf({ memory: true, listen })).toEqual({ listeners: url }));

  test.each<[string, Partial<ServeOptions>, string]>([
    ['neither broker nor memory', {}, '--bootstrap-server HOST:PORT'],
    ['both', { memory: true, bootstrapServer: 'a:1' }, 'leave out --bootstrap-server'],
    ['memory with a registry', { memory: true, registry: 'http://r:2' }, 'leave out --registry'],
    ['a property without a value', { memory: true, property: ['x'] }, '--property x: NAME=VALUE is expected'],
    ['an address that is none', { memory: true, listen: 'here' }, '--listen here:'],
    ['a registry that is no URL', { bootstrapServer: 'a:1', registry: 'r:2' }, '--registry r:2: a URL'],
    ['a file that is not there', { config: '/nowhere/x' }, '--config /nowhere/x cannot be read'],
  ])('refuses %s', (_name, options, message) => expect(() => overridesOf(options)).toThrow(message));
});
