import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { runTool } from '../install/run';
import type { LabSettings } from '../settings';

const COMPILER = ['-m', 'jdk.compiler/com.sun.tools.javac.Main'];
const ARCHIVER = ['-m', 'jdk.jartool/sun.tools.jar.Main'];

/** One Java class of the project that runs inside a stock part. */
export interface CompiledClass {
  /** Source file below the checkout. */
  readonly source: string;
  /** Folder of `NAAP_HOME` that keeps the jars. */
  readonly folder: string;
  /** Folder of the jars that it is compiled against. */
  readonly jars: string;
  /** Entry of `META-INF/services`, where the class is found by one: interface and class. */
  readonly service?: { readonly interface: string; readonly class: string };
}

const underWay = new Map<string, Promise<string>>();

/** The class as a jar in a folder of its own, `<hash>/<name>.jar`; compiled when it is first needed (about a second). */
export function compiledJar(settings: LabSettings, compiled: CompiledClass): Promise<string> {
  const source = path.join(settings.root, compiled.source);
  const key = [readFileSync(source, 'utf8'), compiled.jars, JSON.stringify(compiled.service ?? null)].join(
    '\n',
  );
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
  const name = path.basename(source, '.java');
  const jar = path.join(settings.home, compiled.folder, hash, `${name}.jar`);
  if (existsSync(jar)) return Promise.resolve(jar);
  // Several parts ask at the same time.
  const made = underWay.get(jar) ?? compile(source, jar, compiled).finally(() => underWay.delete(jar));
  underWay.set(jar, made);
  return made;
}

async function compile(source: string, jar: string, { jars, service }: CompiledClass): Promise<string> {
  mkdirSync(path.dirname(jar), { recursive: true });
  const work = mkdtempSync(path.join(path.dirname(path.dirname(jar)), 'work-'));
  try {
    const classes = path.join(work, 'classes');
    // Only the launcher of javac knows the wildcard.
    const classPath = readdirSync(jars).map((name) => path.join(jars, name));
    await runTool('java', [...COMPILER, '-cp', classPath.join(path.delimiter), '-d', classes, source]);
    if (service) writeService(classes, service);
    const draft = path.join(work, 'draft.jar');
    await runTool('java', [...ARCHIVER, '--create', '--file', draft, '-C', classes, '.']);
    renameSync(draft, jar);
    return jar;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function writeService(classes: string, service: NonNullable<CompiledClass['service']>): void {
  const folder = path.join(classes, 'META-INF', 'services');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, service.interface), `${service.class}\n`);
}
