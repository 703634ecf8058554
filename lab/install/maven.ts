import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { MavenInstall } from './parts';
import { runTool } from './run';
import type { InstallTarget } from './target';

const ATTEMPTS = 2;
const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/**
 * Fills `target.folder` through Maven. Each part has a local repository of its own, so that parts install side by side;
 * it stays after a failure (the next run resumes) and goes after a success (the jars have been copied).
 */
export async function installWithMaven(how: MavenInstall, target: InstallTarget): Promise<void> {
  const build = path.join(target.work, 'build');
  const repository = path.join(target.work, 'repository');
  rmSync(build, { recursive: true, force: true });
  cpSync(path.join(target.root, 'lab', 'poms', how.pom), build, { recursive: true });
  await withRetry(() => maven(how, build, repository, target));
  for (const [from, to] of Object.entries(how.built ?? {})) {
    mkdirSync(path.dirname(path.join(target.folder, to)), { recursive: true });
    copyFileSync(path.join(build, from), path.join(target.folder, to));
  }
}

/** Bytes that a line of Maven's output reports as downloaded; 0 for any other line. */
export function downloadedBytes(line: string): number {
  const match = /^(?:\[INFO\] )?Downloaded from .*\(([\d.]+) (B|kB|MB|GB) at /.exec(line);
  return match ? Number(match[1]) * BYTES[match[2]!]! : 0;
}

function maven(how: MavenInstall, build: string, repository: string, target: InstallTarget): Promise<void> {
  const goals = how.goals.map((goal) => goal.replace('{out}', target.folder));
  const options = [
    '-B',
    '-Dstyle.color=never',
    `-Dmaven.repo.local=${repository}`,
    '-f',
    path.join(build, 'pom.xml'),
  ];
  let bytes = 0;
  return runTool('mvn', [...options, ...goals], {
    signal: target.signal,
    onLine: (line) => {
      bytes += downloadedBytes(line);
      target.onProgress(`downloaded ${(bytes / 1e6).toFixed(1)} MB`);
    },
  });
}

/** A registry drops a connection now and then; what was downloaded before stays. */
async function withRetry(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
