import { runCheck, runJest, runNaap } from './test-runners';

/** What one group of checks found. */
export interface GroupResult {
  readonly passed: number;
  readonly failed: number;
  /** Names of failed tests. */
  readonly failures: readonly string[];
  /** Names of skipped tests with the reason. */
  readonly skipped: readonly string[];
}

export interface TestGroup {
  readonly name: string;
  readonly what: string;
  /** Whether it starts parts of the platform. */
  readonly needsPlatform: boolean;
  readonly run: (root: string) => Promise<GroupResult>;
}

/** Cheap ones first: a wrong type shows before a platform is started. */
export const TEST_GROUPS: readonly TestGroup[] = [
  check('types', 'TypeScript', 'types'),
  check('lint', 'ESLint with type information', 'lint'),
  check('format', 'Prettier', 'format:check'),
  check('layers', 'which room and layer may import which', 'layers'),
  check('dead-code', 'files, exports and packages that nothing uses', 'dead-code'),
  {
    name: 'unit',
    what: 'unit tests, beside the code',
    needsPlatform: false,
    run: (root) => runJest(root, 'test:unit'),
  },
  {
    name: 'sql',
    what: 'every .sql file: checked, and run over a fixture in virtual time',
    needsPlatform: false,
    run: runSql,
  },
  {
    name: 'e2e',
    what: 'what crosses rooms, on real Kafka, Connect, registry and object store',
    needsPlatform: true,
    run: (root) => runJest(root, 'test:e2e'),
  },
];

async function runSql(root: string): Promise<GroupResult> {
  const checked = await runNaap(root, ['ksql', 'check']);
  const ran = await runJest(root, 'test:sql');
  return {
    passed: checked.passed + ran.passed,
    failed: checked.failed + ran.failed,
    failures: [...checked.failures, ...ran.failures],
    skipped: [...checked.skipped, ...ran.skipped],
  };
}

function check(name: string, what: string, script: string): TestGroup {
  return { name, what, needsPlatform: false, run: (root) => runCheck(root, name, script) };
}
