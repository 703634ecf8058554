import type { LiveConnector } from '../../resources/connector/connector';
import type { Environment } from '../../stacks/environment-schema';
import { UserInUseError, loginsAs, requireUnused } from './in-use';
import type { LoginsSeen } from './in-use';

const worker = (principal: string) => ({ principal, group: 'g', topicPrefix: '_c-' });
const environment = {
  connect: {
    clusters: {
      critical: { url: 'http://one', worker: worker('connect-worker-critical') },
      curated: { url: 'http://two', worker: worker('connect-worker-curated') },
    },
  },
} as unknown as Environment;
const jaas = (user: string): string =>
  `org.x.ScramLoginModule required username="${user}" password="\${directory:/s:kafka-${user}}";`;

/** Connectors of the first cluster, by name, with the user that each logs in as. */
function look(
  user: string,
  principal: string,
  connectors: Record<string, string>,
  local: Record<string, string> = {},
) {
  const live = Object.entries(connectors).map(([name, own]) => {
    const config = { topics: 'a', 'consumer.override.sasl.jaas.config': jaas(own) };
    return [name, { config } as unknown as LiveConnector] as const;
  });
  const connect = (url: string) => ({
    all: () => Promise.resolve(new Map(url === 'http://one' ? live : [])),
  });
  return loginsAs(user, principal, { environment, connect, local: new Map(Object.entries(local)) });
}
const refusal = (logins: LoginsSeen, isConfirmed = false): string => {
  try {
    requireUnused('u', logins, isConfirmed);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(UserInUseError);
    return (error as Error).message;
  }
};

describe('who logs in as a user', () => {
  it('is seen of connectors, which say it in their configuration', async () => {
    const connectors = { 'raw-gateway': 'connect-critical', 'raw-scrape': 'connect-critical-b' };
    expect(await look('connect-critical', 'connect-critical', connectors)).toEqual({
      seen: ['connector raw-gateway (critical)'],
      unseen: [],
    });
    expect(await look('connect-critical-b', 'connect-critical', connectors)).toMatchObject({
      seen: ['connector raw-scrape (critical)'],
    });
    // The beginning of a name is another name.
    expect(await look('connect', 'connect', connectors)).toMatchObject({ seen: [] });
  });

  it.each([
    ['scraper', ['the scraper']],
    ['ksqldb', ['the servers of ksqlDB']],
    ['connect-worker-curated', ['the workers of the Connect cluster "curated"']],
    ['query', ['a client that reads what is served']],
    ['drift', ['a runner of ./naap drift']],
    ['connect-critical', []],
  ])('of %s cannot be seen elsewhere: %j', async (principal, unseen) => {
    expect(await look(principal, principal, {})).toEqual({ seen: [], unseen });
  });

  it('is seen of parts on this machine', async () => {
    const local = {
      'the lab’s ksql-server.properties': `sasl.jaas.config=${jaas('ksqldb').replaceAll('"', '\\"')}`,
      'the lab’s scraper.yaml': 'sasl:\n  username: scraper\n',
      'the lab’s other.json': '{ "username": "scraper-b" }',
    };
    const of = (user: string, principal: string) => look(user, principal, {}, local);
    expect(await of('ksqldb', 'ksqldb')).toEqual({ seen: ['the lab’s ksql-server.properties'], unseen: [] });
    expect(await of('scraper', 'scraper')).toEqual({ seen: ['the lab’s scraper.yaml'], unseen: [] });
    expect(await of('scraper-b', 'scraper')).toEqual({ seen: ['the lab’s other.json'], unseen: [] });
    expect(await of('query', 'query')).toEqual({ seen: [], unseen: ['a client that reads what is served'] });
  });
});

describe('a user is', () => {
  it('not retired while somebody logs in as it, whatever is confirmed', () => {
    const logins = { seen: ['connector raw-gateway (critical)'], unseen: [] };
    expect(refusal(logins, true)).toBe(
      'user "u" is still in use: connector raw-gateway (critical) logs in as it; apply the stack, so that the other user takes over',
    );
  });
  it('not retired unseen until somebody has looked', () => {
    const logins = { seen: [], unseen: ['the scraper'] };
    expect(refusal(logins)).toContain('whether the scraper still logs in as "u" cannot be seen from here');
    expect(refusal(logins, true)).toBe('none');
  });
  it('retired when nobody does', () => expect(refusal({ seen: [], unseen: [] })).toBe('none'));
});
