import path from 'node:path';
import type { GoInstall } from './parts';
import { runTool } from './run';
import type { InstallTarget } from './target';

/**
 * Builds a program from the Go module proxy into `target.folder/bin`. Go's own caches lie in `target.work`: an interrupted
 * build goes on where it was, and the 2 GB go away with a finished one.
 */
export async function installWithGo(how: GoInstall, version: string, target: InstallTarget): Promise<void> {
  let packages = 0;
  await runTool('go', ['install', '-v', '-trimpath', '-ldflags=-s -w', `${how.module}@${version}`], {
    background: true,
    signal: target.signal,
    env: goEnvironment(target),
    onLine: (line) => {
      // "go: downloading …" comes first, then one line for each compiled package.
      if (!line.startsWith('go: ')) packages++;
      target.onProgress(
        packages === 0
          ? 'downloading modules'
          : `compiled ${packages} packages (about ${how.packages} in all)`,
      );
    },
  });
}

function goEnvironment(target: InstallTarget): Record<string, string> {
  return {
    GOPATH: path.join(target.work, 'gopath'),
    GOCACHE: path.join(target.work, 'gocache'),
    GOBIN: path.join(target.folder, 'bin'),
    // Without it modules are read-only and cannot be removed after the build.
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  };
}
