import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { lakePolicy, lakeUsers } from './lake-policy';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Sources of the program: everything that can declare a resource. */
const sources = (folder: string): { file: string; text: string }[] =>
  readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(file);
    return /(?<!\.test)\.ts$/.test(file) ? [{ file, text: read(file) }] : [];
  });

/** Traps of Pulumi's engine and providers that are closed in files; `lab/realise/collect.test.ts` holds those of options. */
describe('the project file', () => {
  const project = parse(read('Pulumi.yaml')) as {
    options: Record<string, unknown>;
    plugins: { providers: { name: string; path: string }[] };
    config: Record<string, unknown>;
  };

  it('refreshes before every preview and up: else what others changed is neither seen nor repaired', () => {
    expect(project.options).toEqual({ refresh: 'always' });
  });

  it('finds the provider in the checkout, as an executable', () => {
    const [naap] = project.plugins.providers;
    expect(naap).toEqual({ name: 'naap', path: 'resources/provider' });
    expect(read(`${naap!.path}/pulumi-resource-naap`)).toMatch(/^#!\/usr\/bin\/env node/);
  });

  it('lets no resource find a provider by chance', () => {
    expect(project.config['pulumi:disable-default-providers']).toEqual(['*']);
  });
});

interface Job {
  readonly env?: Record<string, string>;
  readonly steps?: readonly { readonly run?: string; readonly env?: Record<string, string> }[];
}

describe('the workflows', () => {
  const COMMAND = /(?:^|\s)pulumi (up|preview|refresh|destroy)\b/;
  const steps = readdirSync(path.join(ROOT, '.github/workflows')).flatMap((file) => {
    const { jobs, env } = parse(read(`.github/workflows/${file}`)) as {
      jobs: Record<string, Job>;
      env?: Record<string, string>;
    };
    return Object.entries(jobs).flatMap(([name, job]) =>
      (job.steps ?? [])
        .filter(({ run }) => COMMAND.test(run ?? ''))
        .map((step) => ({
          place: `${file}: ${name}`,
          run: step.run!,
          env: { ...env, ...job.env, ...step.env },
        })),
    );
  });

  it('repair what others scaled or changed in Kubernetes: without this variable a preview and an up fail on a conflict', () => {
    expect(steps.map(({ place }) => place)).toEqual(['apply.yml: apply', 'drift.yml: preview']);
    for (const { env } of steps) expect(env.PULUMI_K8S_ENABLE_PATCH_FORCE).toBe('true');
  });

  it('never cancel a lock nor import by themselves: who was killed, and what it had made, a person looks at first', () => {
    for (const { run } of steps) expect(run).not.toMatch(/pulumi (cancel|import|state)/);
  });

  it('and the page on the declaration tell people to set it, too', () => {
    expect(read('stacks/README.md')).toContain('PULUMI_K8S_ENABLE_PATCH_FORCE=true');
  });
});

test.each(['dev', 'staging', 'prod'])('Pulumi.%s.yaml holds nothing that is encrypted', (stack) => {
  const text = read(`Pulumi.${stack}.yaml`);
  expect(text).not.toMatch(/^(encryptionsalt|encryptedkey|secretsprovider):/m);
  expect(text).not.toContain('secure:');
});

describe('the program', () => {
  const all = sources('stacks');

  it.each([
    ['renders Kubernetes to a folder, which would write secrets as text', /renderYamlToDirectory/],
    ['makes a service account, which needs a policy of its own', /IamServiceAccount\(/],
    ['is a dynamic provider, whose captured secrets lie in the state as text', /pulumi\.dynamic/],
  ])('nowhere %s', (_name, pattern) => {
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('replaces a bucket user whose secret changed: the provider would give it one that nobody knows', () => {
    const users = all.filter(({ text }) => text.includes('new minio.IamUser('));
    expect(users).not.toEqual([]);
    for (const { text } of users) {
      expect(text).toMatch(/replaceOnChanges: \['secret'\],\s+deleteBeforeReplace: true/);
      expect(text).not.toMatch(/updateSecret\s*:/);
    }
  });

  it('gives every resource its provider, as default providers are off', () => {
    const made = all.flatMap(({ file, text }) =>
      [...text.matchAll(/new (?:kafka|minio|kubernetes)(?:\.\w+)+\(/g)].map(([call]) => ({ file, call })),
    );
    expect(made.length).toBeGreaterThan(10);
    const without = all.filter(
      ({ file, text }) => made.some((it) => it.file === file) && !/provider/i.test(text),
    );
    expect(without).toEqual([]);
  });
});

describe('the policy of a bucket user', () => {
  it('is written in one order: another one would be a difference', () => {
    for (const user of lakeUsers(['critical', 'curated'])) {
      const policy = JSON.parse(lakePolicy('lake', user)) as {
        Statement: { Action: string[]; Resource?: string[] }[];
      };
      expect(policy.Statement.length).toBeGreaterThanOrEqual(2);
      for (const { Action, Resource = [] } of policy.Statement) {
        expect(Action).toEqual([...Action].sort());
        expect(Resource).toEqual([...Resource].sort());
      }
    }
  });

  it('lets no user give itself another secret or a second key', () => {
    for (const user of lakeUsers(['critical', 'curated'])) {
      const policy = JSON.parse(lakePolicy('lake', user)) as {
        Statement: { Effect: string; Action: string[] }[];
      };
      const denied = policy.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(
        ({ Action }) => Action,
      );
      expect(denied).toEqual(expect.arrayContaining(['admin:CreateUser', 'admin:CreateServiceAccount']));
    }
  });

  it('of who looks for drift opens no object and changes nothing', () => {
    const looking = lakeUsers(['critical']).filter(({ access }) => access === 'look');
    expect(looking).toHaveLength(1);
    const policy = JSON.parse(lakePolicy('lake', looking[0]!)) as {
      Statement: { Effect: string; Action: string[] }[];
    };
    const allowed = policy.Statement.filter(({ Effect }) => Effect === 'Allow');
    const actions = allowed.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(5);
    expect(actions.filter((action) => !/^(admin|s3):(Get|List)(?!Object)/.test(action))).toEqual([]);
  });
});
