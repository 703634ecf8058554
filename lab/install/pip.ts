import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { PipInstall } from './parts';
import { runTool } from './run';
import type { InstallTarget } from './target';

/** Downloads the wheels from the Python package index that pip is set up for and keeps the wanted files, flat. */
export async function installWithPip(how: PipInstall, version: string, target: InstallTarget): Promise<void> {
  const wheels = path.join(target.work, 'wheels');
  const unpacked = path.join(target.work, 'unpacked');
  [wheels, unpacked].forEach((folder) => mkdirSync(folder, { recursive: true }));
  for (const [index, name] of how.packages.entries()) {
    target.onProgress(`downloading ${name} (${index + 1} of ${how.packages.length})`);
    await download(`${name}==${version}`, wheels, target.signal);
  }
  for (const wheel of readdirSync(wheels)) {
    await runTool('python3', ['-m', 'zipfile', '-e', path.join(wheels, wheel), unpacked], {
      signal: target.signal,
    });
  }
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true });
  for (const entry of files.filter((it) => it.isFile() && it.name.endsWith(how.keep)))
    copyFileSync(path.join(entry.parentPath, entry.name), path.join(target.folder, entry.name));
}

/** Wheels only, without what they depend on: nothing of a package is run. */
function download(requirement: string, folder: string, signal?: AbortSignal): Promise<void> {
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '-q', '-d', folder];
  return runTool('python3', ['-m', 'pip', 'download', ...options, requirement], { signal });
}
