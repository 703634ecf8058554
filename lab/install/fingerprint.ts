import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { assertNever } from '../assert-never';
import type { InstallPart } from './parts';

/** Changes whenever what would be installed changes: the version, the goals, any file beside the pom. */
export function fingerprint(root: string, part: InstallPart): string {
  const { version, how } = part;
  const hash = createHash('sha256');
  switch (how.kind) {
    case 'maven':
      hash.update(JSON.stringify([version, how]));
      hashFolder(hash, path.join(root, 'lab', 'poms', how.pom));
      break;
    case 'go':
      hash.update(JSON.stringify([version, how.module]));
      break;
    case 'pip':
      hash.update(JSON.stringify([version, how.packages, how.keep]));
      break;
    default:
      assertNever(how);
  }
  return hash.digest('hex');
}

function hashFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  for (const name of names) hash.update(path.relative(folder, name)).update('\0').update(readFileSync(name));
}
