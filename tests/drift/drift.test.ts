import { setTimeout as sleep } from 'node:timers/promises';
import { stopPlatform } from '../../lab';
import { readStack } from '../../lab/realise';
import { collect } from '../../lab/realise/collect';
import { readPlainUsers, stackVariables } from '../../lab';
import { DRIFT_CALLS } from '../../operate/access/allowed-calls';
import { openAccess } from '../../operate/access/access';
import { detectDrift } from '../../operate/drift/drift';
import { DRIFT_CLASSES } from '../../operate/drift/finding';
import type { DriftReport, Finding } from '../../operate/drift/finding';
import type { DeclaredResource } from '../../resources/declared';
import { MissingSecretError, readSecretReference } from '../../resources/secret';
import { copyProject } from '../../lab';
import type { ProjectCopy } from '../../lab';
import { startDeclaredPlatform } from '../faults/declared-platform';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { adopt, importProblems, makeApplication, takeApplicationAway } from './adoption';
import { FAULTS, LATER_FAULTS } from './faults';
import type { DeclaredNames, Fault } from './faults';
import { Hands } from './hands';

jest.setTimeout(600_000);

/** Every way to drift, made by hand on a live platform: each is reported in its class, and nothing else is. */
let platform: DeclaredPlatform;
let resources: readonly DeclaredResource[];
let names: DeclaredNames;
let hands: Hands;

beforeAll(async () => {
  platform = await startDeclaredPlatform({ slot: 9 });
  resources = await collect(source());
  names = declaredNames();
  hands = new Hands(platform);
});
afterAll(() => platform?.stop());

it('finds nothing on a fresh platform', async () => {
  expect(await settled(({ failures }) => failures.length === 0)).toMatchObject({
    findings: [],
    notChecked: [],
    failures: [],
  });
});

it('finds nothing after a restart of every part', async () => {
  await stopPlatform(platform.settings);
  await platform.up();
  expect(await settled(isClean)).toMatchObject({
    findings: [],
    failures: [],
  });
});

it('names what it cannot check without a secret, and checks the rest', async () => {
  const report = await drift((reference) => {
    if (/kafka-(scraper|query)|minio-admin/.test(reference)) throw new MissingSecretError('is not at hand');
    return readSecretReference(reference);
  });
  expect(report.findings).toEqual([]);
  expect(report.failures).toEqual([]);
  const hidden = report.notChecked.map(({ kind, name }) => `${kind} ${name}`);
  expect(hidden).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^scram-user scraper/),
      expect.stringMatching(/^bucket all/),
    ]),
  );
  expect(hidden.filter((name) => /^(topic|acl|query|connector|subject)/.test(name))).toEqual([]);
});

describe('an application that nobody declared', () => {
  let project: ProjectCopy;
  beforeAll(async () => {
    project = copyProject(platform.settings.root);
    await makeApplication(hands, platform.settings);
  });
  afterAll(async () => {
    project?.remove();
    await takeApplicationAway(hands);
  });

  it('is reported, each part of it', async () => {
    const { findings } = await settled((report) => report.findings.length >= 6);
    const found = new Set(findings.map(({ class: driftClass, kind }) => `${driftClass} ${kind}`));
    const kinds = ['topic', 'scram-user', 'acl', 'subject', 'query', 'connector'];
    expect([...found].sort()).toEqual(kinds.map((kind) => `undeclared ${kind}`).sort());
  });

  it('is declared as it was found: afterwards nothing has drifted', async () => {
    const { code, report, imports } = await adopt(project.folder, platform.settings);
    expect(report.left).toEqual([]);
    expect(code).toBe(0);
    const changed = report.adopted.filter(({ plan }) => plan !== 'unchanged');
    expect(changed).toEqual([]);
    const kinds = new Set(report.adopted.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['acl', 'connector', 'query', 'scram-user', 'subject', 'topic']);

    const adopted = { ...source(), root: project.folder };
    const declared = await collect(adopted);
    expect(await settled(isClean, () => drift(readSecretReference, adopted, declared))).toMatchObject({
      findings: [],
      notChecked: [],
      failures: [],
    });
    expect(importProblems(imports, declared)).toEqual([]);
    expect(imports.resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'kafka:index/topic:Topic',
        'kafka:index/acl:Acl',
        'naap:registry:Subject',
        'naap:connect:Connector',
        'naap:ksqldb:Query',
      ]),
    );
    expect(report.notImported.map(({ type }) => type)).toEqual([
      'kafka:index/userScramCredential:UserScramCredential',
    ]);
  });
});

describe('by hand', () => {
  let report: DriftReport;
  beforeAll(async () => {
    await makeAll(FAULTS);
    report = await settled(({ findings }) => missed(FAULTS, findings).length === 0);
  });
  test.each(FAULTS.map((fault) => [fault.does, fault] as const))('somebody %s', (_does, fault) => {
    expect(missed([fault], report.findings)).toEqual([]);
  });
  it('and nothing else is reported', () => {
    expect(report.failures).toEqual([]);
    expect(unexpected(FAULTS, report.findings)).toEqual([]);
  });

  describe('after a repair', () => {
    let later: readonly Finding[];
    beforeAll(async () => {
      await hands.ksql('DROP TABLE sla_1m_v8;');
      // Partitions cannot be taken away: the topics are made anew.
      const topics = ['dlq.raw-gateway.v1', 'gold.scrape_availability_1m.v1'];
      await hands.kafka((admin) => admin.deleteTopics({ topics }));
      repair = await platform.up().then(
        () => 'complete',
        (error: Error) => error.message,
      );
      const left = (await drift()).findings;
      await makeAll(LATER_FAULTS);
      const found = await settled(({ findings }) => missed(LATER_FAULTS, findings).length === 0);
      later = found.findings;
      before = new Set(left.map(textOf));
    });
    let before: ReadonlySet<string>;
    let repair: string;
    it('one `up` has made again what can be: ksqlDB takes no column from a stream', () => {
      expect(repair).toMatch(/^query: query "SESSION_CHANGE".*not upgradeable/s);
    });
    test.each(LATER_FAULTS.map((fault) => [fault.does, fault] as const))('somebody %s', (_does, fault) => {
      expect(missed([fault], later)).toEqual([]);
    });
    it('and nothing else is reported', () => {
      const added = later.filter((finding) => !before.has(textOf(finding)));
      expect(unexpected(LATER_FAULTS, added)).toEqual([]);
    });
  });
});

it('knows of at least 40 ways, and every class is reached', () => {
  const all = [...FAULTS, ...LATER_FAULTS];
  expect(all.length).toBeGreaterThanOrEqual(40);
  const reached = new Set(all.flatMap(({ expect: expected }) => expected.map(([name]) => name)));
  expect([...reached].sort()).toEqual(Object.keys(DRIFT_CLASSES).sort());
});

async function makeAll(faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) {
    try {
      await fault.by(hands, names);
    } catch (error) {
      throw new Error(`somebody ${fault.does}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Nothing differs, and every system has answered: on a busy machine one may not, once. */
const isClean = ({ findings, failures }: DriftReport): boolean => findings.length + failures.length === 0;

/** Servers take a moment to show what was done to them. */
async function settled(
  isDone: (report: DriftReport) => boolean,
  look: () => Promise<DriftReport> = () => drift(),
): Promise<DriftReport> {
  for (let attempt = 0; ; attempt++) {
    const report = await look();
    if (isDone(report) || attempt === 30) return report;
    await sleep(1_000);
  }
}

function source() {
  const { settings, endpoints } = platform;
  return { root: settings.root, stack: 'dev', variables: stackVariables(endpoints, settings.runDir) };
}

async function drift(
  readSecret = readSecretReference,
  of: ReturnType<typeof source> = source(),
  declared = resources,
): Promise<DriftReport> {
  const { environment, declaration } = readStack(of);
  const plainUsers = { read: () => Promise.resolve(readPlainUsers(platform.settings.runDir)) };
  const access = openAccess({ environment, allow: DRIFT_CALLS, readSecret, plainUsers });
  try {
    const versioned = Object.keys(declaration.versions);
    return await detectDrift({ stack: 'dev', environment, resources: declared, access, versioned });
  } finally {
    await access.close();
  }
}

function declaredNames(): DeclaredNames {
  const inputs = (type: string) =>
    resources.filter((resource) => resource.type === type).map((resource) => resource.inputs);
  const users = inputs('kafka:index/userScramCredential:UserScramCredential').map(
    ({ username }) => username as string,
  );
  return {
    usersOf: (principal) =>
      users.filter((user) => user === principal || new RegExp(`^${principal}[-.][ab]$`).test(user)),
    bucketUsers: inputs('minio:index/iamUser:IamUser')
      .map(({ name }) => name as string)
      .filter((name) => !/connect/.test(name)),
    gateways: inputs('naap:kafka:PlainUser')
      .map(({ username }) => username as string)
      .sort(),
  };
}

function isExpected([driftClass, kind, name, words]: Fault['expect'][number], finding: Finding): boolean {
  const sameName = typeof name === 'string' ? finding.name === name : name.test(finding.name);
  return (
    finding.class === driftClass && finding.kind === kind && sameName && (words?.test(finding.text) ?? true)
  );
}

function missed(faults: readonly Fault[], findings: readonly Finding[]): string[] {
  return faults.flatMap((fault) =>
    fault.expect
      .filter((expected) => !findings.some((finding) => isExpected(expected, finding)))
      .map(([driftClass, kind, name]) => `${driftClass} ${kind} ${String(name)}`),
  );
}

function unexpected(faults: readonly Fault[], findings: readonly Finding[]): string[] {
  return findings
    .filter(
      (finding) =>
        !faults.some((fault) =>
          [...fault.expect, ...(fault.mayCause ?? [])].some((expected) => isExpected(expected, finding)),
        ),
    )
    .map(textOf);
}

function textOf({ class: driftClass, kind, name, text }: Finding): string {
  return `${driftClass} ${kind} ${name}: ${text}`;
}
