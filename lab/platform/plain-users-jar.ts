import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runTool } from '../install/run';
import type { LabSettings } from '../settings';

const SOURCE = 'resources/plain-user/broker/UsersFileCallbackHandler.java';
const COMPILER = ['-m', 'jdk.compiler/com.sun.tools.javac.Main'];
const ARCHIVER = ['-m', 'jdk.jartool/sun.tools.jar.Main'];

/** The class that reads the gateways' users, as a jar for the brokers; compiled when it is first needed (about a second). */
export async function plainUsersJar(settings: LabSettings, kafkaJars: string): Promise<string> {
  const source = path.join(settings.root, SOURCE);
  const hash = createHash('sha256').update(readFileSync(source)).update(kafkaJars).digest('hex');
  const folder = path.join(settings.home, 'plain-users');
  const jar = path.join(folder, `${hash.slice(0, 12)}.jar`);
  if (existsSync(jar)) return jar;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(path.join(folder, 'work-'));
  try {
    const classes = path.join(work, 'classes');
    // Only the launcher of javac knows the wildcard.
    const jars = readdirSync(kafkaJars).map((name) => path.join(kafkaJars, name));
    await runTool('java', [...COMPILER, '-cp', jars.join(path.delimiter), '-d', classes, source]);
    const draft = path.join(work, 'draft.jar');
    await runTool('java', [...ARCHIVER, '--create', '--file', draft, '-C', classes, '.']);
    renameSync(draft, jar);
  } finally {
    rmSync(work, { recursive: true });
  }
  return jar;
}
