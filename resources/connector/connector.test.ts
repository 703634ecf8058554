import { compareConnector } from './compare';
import type { Connector, LiveConnector } from './connector';
import { shortTrace, waitUntilSettled } from './settle';

const config = { topics: 'a', 'sasl.jaas.config': 'x password="${directory:/s:kafka-connect}";' };
const desired: Connector = { name: 'raw', url: 'http://c', config, state: 'RUNNING' };
const live: LiveConnector = { config, state: 'RUNNING', tasks: [{ id: 0, state: 'RUNNING' }] };

describe('a connector', () => {
  test.each<[string, Partial<Connector>, LiveConnector | undefined, unknown[]]>([
    ['is created when it is not there', {}, undefined, [{ action: 'create' }]],
    ['is left alone when it runs as declared; secrets are compared as references', {}, live, []],
    ['is left alone while a worker takes it over', {}, { ...live, state: 'UNASSIGNED' }, []],
    [
      'gets a changed setting, and loses one that nobody declared',
      { config: { ...config, topics: 'b' } },
      { ...live, config: { ...config, extra: '1' } },
      [
        {
          action: 'update',
          properties: [
            { path: 'config.topics', before: 'a', after: 'b' },
            { path: 'config.extra', before: '1' },
          ],
        },
      ],
    ],
    [
      'goes on when it was paused',
      {},
      { ...live, state: 'PAUSED' },
      [{ action: 'update', properties: [{ path: 'state', before: 'PAUSED', after: 'RUNNING' }] }],
    ],
    [
      'gets its failed task started again',
      {},
      { ...live, tasks: [...live.tasks, { id: 1, state: 'FAILED', trace: 'x' }] },
      [{ action: 'update', properties: [{ path: 'tasks.1.state', before: 'FAILED: x', after: 'RUNNING' }] }],
    ],
  ])('%s', (_name, changed, found, expected) => {
    expect(compareConnector({ ...desired, ...changed }, found)).toMatchObject(expected);
    expect(compareConnector({ ...desired, ...changed }, found)).toHaveLength(expected.length);
  });
});

describe('waiting for a connector', () => {
  const options = { settleMs: 20, timeoutMs: 200, everyMs: 5, staleMs: 0 };
  const answers = (...all: (LiveConnector | undefined)[]) => {
    let next = 0;
    return () => Promise.resolve(all[Math.min(next++, all.length - 1)]);
  };

  it('ends when it and all its tasks have run for a while', async () => {
    const starting = { ...live, tasks: [] };
    await expect(
      waitUntilSettled(desired, answers(undefined, starting, live), options),
    ).resolves.toBeUndefined();
  });

  it('fails with the reasons in the trace when a task runs first and fails then', async () => {
    const trace =
      'org.x.ConnectException: no table\n\tat a.b(C.java:1)\nCaused by: java.io.IOException: refused\n\t... 3 more';
    const failed = { ...live, tasks: [{ id: 0, state: 'FAILED', trace }] };
    await expect(waitUntilSettled(desired, answers(live, failed), options)).rejects.toThrow(
      'task 0 failed: org.x.ConnectException: no table | Caused by: java.io.IOException: refused',
    );
  });

  it('takes a failure right after a change for one of before', async () => {
    const failed = { ...live, tasks: [{ id: 0, state: 'FAILED', trace: 'old' }] };
    const patient = { ...options, staleMs: 60 };
    await expect(waitUntilSettled(desired, answers(failed, live), patient)).resolves.toBeUndefined();
    await expect(waitUntilSettled(desired, answers(failed), patient)).rejects.toThrow('task 0 failed: old');
  });

  it('fails with the states when the time is over', async () => {
    const never = { ...live, tasks: [] };
    await expect(waitUntilSettled(desired, answers(never), options)).rejects.toThrow(
      'is not RUNNING after 200 ms: connector RUNNING, tasks none',
    );
  });

  it('says so when there is no trace', () => expect(shortTrace(undefined)).toBe('(no trace)'));
});

it('never shows a secret that somebody wrote out on the server', () => {
  const config = { 'db.password': '${directory:/s:x}', 'sasl.jaas.config': '${directory:/s:y}' };
  const found = { 'db.password': 'hunter2', 'sasl.jaas.config': 'M password="hunter2";' };
  const connector = { name: 'a', url: 'http://a', config, state: 'RUNNING' as const };
  const changes = compareConnector(connector, { config: found, state: 'RUNNING', tasks: [] });
  expect(changes).toMatchObject([{ properties: [{ before: '(secret)' }, { before: '(secret)' }] }]);
  expect(JSON.stringify(changes)).not.toContain('hunter2');
});
