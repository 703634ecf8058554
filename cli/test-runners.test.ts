import { jestResult } from './test-runners';

const file = (
  name: string,
  ...tests: [string, string][]
): Parameters<typeof jestResult>[0]['testResults'][number] => ({
  name: `/project/${name}`,
  status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
});

describe('jestResult', () => {
  it('counts each test once', () => {
    const report = {
      testResults: [file('a.test.ts', ['x', 'passed'], ['y', 'failed']), file('b.test.ts', ['z', 'passed'])],
    };
    expect(jestResult(report, '/project')).toEqual({
      passed: 2,
      failed: 1,
      failures: ['a.test.ts: y'],
      skipped: [],
    });
  });

  it('counts a file that cannot run as one failure', () => {
    const broken = {
      name: '/project/c.test.ts',
      status: 'failed',
      message: 'SyntaxError',
      assertionResults: [],
    };
    expect(jestResult({ testResults: [broken] }, '/project')).toMatchObject({
      failed: 1,
      failures: ['c.test.ts: cannot be run'],
    });
  });

  it('says why a test was skipped, or that nobody said', () => {
    const report = {
      testResults: [file('d.test.ts', ['real events (skipped: no file)', 'pending'], ['later', 'todo'])],
    };
    expect(jestResult(report, '/project').skipped).toEqual([
      'd.test.ts: real events (skipped: no file)',
      'd.test.ts: later (no reason given)',
    ]);
  });
});
