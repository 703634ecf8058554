import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
/** Programs that a real `pulumi up` of the dev stack needs on PATH. */
const NEEDED = ['pulumi', 'pulumi-language-nodejs', 'pulumi-resource-kafka', 'pulumi-resource-minio'];
/** What is written into: `pulumi stack init` and `./naap adopt` edit the declaration. */
const COPIED = new Set(['Pulumi.dev.yaml', 'ksql', 'schemas', 'connectors']);

export interface CliAnswer {
  readonly code: number;
  readonly text: string;
}

/** A resource as Pulumi's state holds it; the rest of it stays as it is. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** Why the real command line cannot be used here; undefined when it can. */
export function missingCli(): string | undefined {
  const missing = NEEDED.filter((name) => spawnSync('which', [name]).status !== 0);
  return missing.length > 0 ? `not on PATH: ${missing.join(', ')}` : undefined;
}

/**
 * The real `pulumi` on the real program, with its state in a folder of its own. The project lies in that folder as links beside
 * a copy of what is edited.
 */
export class PulumiCli {
  private constructor(
    private readonly folder: string,
    private readonly variables: NodeJS.ProcessEnv,
  ) {}

  static async start(variables: Readonly<Record<string, string | undefined>>): Promise<PulumiCli> {
    const folder = mkdtempSync(path.join(tmpdir(), 'naap-pulumi-'));
    const project = path.join(folder, 'project');
    for (const sub of [project, path.join(folder, 'state'), path.join(folder, 'home')]) mkdirSync(sub);
    for (const name of readdirSync(ROOT).filter((name) => name !== '.git')) {
      const [from, to] = [path.join(ROOT, name), path.join(project, name)];
      if (COPIED.has(name)) cpSync(from, to, { recursive: true });
      else symlinkSync(from, to);
    }
    const cli = new PulumiCli(folder, {
      ...process.env,
      ...variables,
      PULUMI_HOME: path.join(folder, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'only for this test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    });
    await cli.succeed('stack', 'init', 'dev');
    return cli;
  }

  get project(): string {
    return path.join(this.folder, 'project');
  }

  /** Runs a command on the stack; what it prints is in `text`, also when it fails. */
  run(...args: string[]): Promise<CliAnswer> {
    const options = ['--non-interactive', '--color', 'never'];
    const child = spawn('pulumi', [...args, ...options], {
      cwd: this.project,
      env: this.variables,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.on('data', (data: Buffer) => output.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => output.push(data.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, text: output.join('') }));
    });
  }

  /** Like {@link run}; throws with the end of what was printed when it fails. */
  async succeed(...args: string[]): Promise<string> {
    const { code, text } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(' ')} ended with ${code}:\n${text.slice(-4_000)}`);
    return text;
  }

  /** Names of everything that the state holds. */
  async urns(): Promise<string[]> {
    return (await this.exported()).deployment.resources.map(({ urn }) => urn).sort();
  }

  /** Takes resources out of the state alone, as a run leaves it that was killed after it had made them. */
  async forget(isLost: (resource: StateResource) => boolean): Promise<string[]> {
    const state = await this.exported();
    const { resources } = state.deployment;
    const lost = resources.filter(isLost).map(({ urn }) => urn);
    const isKept = (urn: string): boolean => !lost.includes(urn);
    state.deployment.resources = resources
      .filter(({ urn }) => isKept(urn))
      .map(({ dependencies = [], propertyDependencies = {}, ...rest }) => ({
        ...rest,
        dependencies: dependencies.filter(isKept),
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([name, urns]) => [name, (urns ?? []).filter(isKept)]),
        ),
      }));
    writeFileSync(this.stateFile, JSON.stringify(state));
    await this.succeed('stack', 'import', '--file', this.stateFile);
    return lost;
  }

  private get stateFile(): string {
    return path.join(this.folder, 'state.json');
  }

  private async exported(): Promise<{ deployment: { resources: StateResource[] } }> {
    await this.succeed('stack', 'export', '--file', this.stateFile);
    return JSON.parse(readFileSync(this.stateFile, 'utf8')) as { deployment: { resources: StateResource[] } };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
