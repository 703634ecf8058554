import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What commands edit: the declaration, and the pages that are written from it. */
const DATA = /^(docs|ksql|schemas|connectors|package\.json|Pulumi.*\.yaml)$/;
const LEFT_OUT = new Set(['.git', 'naap']);
const NAAP = `#!/usr/bin/env bash
NAAP_ROOT="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"
export NAAP_ROOT
exec node --enable-source-maps "$NAAP_ROOT/dist/naap.js" "$@"
`;

/** A checkout whose declaration may be edited: everything else in it is the real one. */
export interface ProjectCopy {
  readonly folder: string;
  readonly remove: () => void;
}

/** Copies the declaration into a repository of its own, beside links to all else. Builds what the commands run, if that is old. */
export function copyProject(root: string): ProjectCopy {
  execFileSync(process.execPath, [path.join(root, 'tools', 'build.js')], { stdio: 'ignore' });
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-drill-'));
  for (const name of readdirSync(root)) {
    const from = path.join(root, name);
    if (DATA.test(name)) cpSync(from, path.join(folder, name), { recursive: true });
    else if (!LEFT_OUT.has(name)) symlinkSync(from, path.join(folder, name));
  }
  writeFileSync(path.join(folder, 'naap'), NAAP, { mode: 0o755 });
  const git = (...args: string[]): void => {
    const author = ['-c', 'user.name=drill', '-c', 'user.email=drill@localhost'];
    execFileSync('git', ['-C', folder, ...author, ...args], { stdio: 'ignore' });
  };
  git('init', '--quiet');
  git('add', ...readdirSync(folder).filter((name) => DATA.test(name)));
  git('commit', '--quiet', '--message', 'as declared');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
