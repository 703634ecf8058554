import { isWholeConnector, parseWholeConnector, wholeConfig, wholeConnectorsOf } from './whole-connector';
import type { Environment } from './environment-schema';

const text = (config: string, more = ''): string =>
  `form: whole\ndescription: d\ncluster: curated\n${more}config: { ${config} }\n`;

describe('a connector that is written down whole', () => {
  it('is told from a sink to the lake', () => {
    expect(isWholeConnector(text('a: b'))).toBe(true);
    expect(isWholeConnector('description: the form: whole\n')).toBe(false);
  });

  it('finds its secrets in the folder of the workers of its environment', () => {
    const connector = parseWholeConnector(
      'connectors/a.yaml',
      text('password: "${secret:x}", sasl.jaas.config: "M password=\\"${secret:y}\\";"'),
    );
    const environment = { connect: { secretsDirectory: '/s' } } as Environment;
    expect(connector).toMatchObject({ name: 'a', state: 'RUNNING' });
    expect(wholeConfig(connector, environment)).toEqual({
      password: '${directory:/s:x}',
      'sasl.jaas.config': 'M password="${directory:/s:y}";',
    });
  });

  it('is in the environments that it names, or in all', () => {
    const named = parseWholeConnector('connectors/a.yaml', text('a: b', 'environments: [dev]\n'));
    const everywhere = parseWholeConnector('connectors/b.yaml', text('a: b'));
    expect(wholeConnectorsOf([named, everywhere], { name: 'dev' })).toEqual([named, everywhere]);
    expect(wholeConnectorsOf([named, everywhere], { name: 'prod' })).toEqual([everywhere]);
  });

  it('holds no secret, and the name of a key is none', () => {
    expect(() => parseWholeConnector('connectors/a.yaml', text('db.password: hunter2'))).toThrow(
      'connectors/a.yaml: config.db.password: expected a reference such as "${secret:NAME}"',
    );
    expect(parseWholeConnector('connectors/a.yaml', text('s3.access-key-id: user')).config).toEqual({
      's3.access-key-id': 'user',
    });
  });
});
