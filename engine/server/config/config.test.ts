import { ConfigError, loadConfig } from './server-config';
import { parseProperties } from './properties-file';

describe('properties files', () => {
  it('reads separators, comments, continuations and escapes', () => {
    const text = '# no\n! no\na=1\nb: two words\nc 3\nlong=x\\\n   y\nescaped\\ key=\\u00e9\\n\nempty=\n';
    expect([...parseProperties(text)]).toEqual([
      ['a', '1'],
      ['b', 'two words'],
      ['c', '3'],
      ['long', 'xy'],
      ['escaped key', 'é\n'],
      ['empty', ''],
    ]);
  });
});

describe('a server configuration', () => {
  it('takes stock names, with defaults for the rest', () => {
    const config = loadConfig(
      'bootstrap.servers=a:9092,b:9093\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\n' +
        'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="p\\\\"w";\nlisteners=http://127.0.0.1:1234\n',
    );
    expect(config.bootstrap).toEqual([
      { host: 'a', port: 9092 },
      { host: 'b', port: 9093 },
    ]);
    expect(config.kafkaSasl).toEqual({ mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p"w' });
    expect(config.listeners).toEqual([{ scheme: 'http', host: '127.0.0.1', port: 1234 }]);
    expect(config.serviceId).toBe('default_');
  });

  test.each([
    ['listeners=nowhere', 'listeners has "nowhere"'],
    ['bootstrap.servers=host', 'bootstrap.servers has "host", host:port is expected'],
    ['security.protocol=TELEPATHY', 'security.protocol is "TELEPATHY"'],
    ['security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI', 'sasl.mechanism is "GSSAPI"'],
    ['ksql.internal.topic.replicas=none', 'ksql.internal.topic.replicas is "none", a whole number from 1'],
    ['authentication.method=BASIC', 'needs java.security.auth.login.config'],
    ['listeners=https://127.0.0.1:1', 'needs ssl.keystore.location'],
  ])('refuses %j', (text, message) => {
    expect(() => loadConfig(text)).toThrow(ConfigError);
    expect(() => loadConfig(text)).toThrow(message);
  });
});
