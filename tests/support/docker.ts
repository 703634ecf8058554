import { execFileSync } from 'node:child_process';

/** Why no container can be started here; undefined where one can. */
export function dockerMissing(): string | undefined {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
    return undefined;
  } catch {
    return 'no Docker daemon answers';
  }
}
