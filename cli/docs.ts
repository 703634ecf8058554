import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from '../lab/paths';
import { stalePages } from './docs/pages';
import { EXIT } from './exit-codes';
import { withExamples } from './help';

export function registerDocs(program: Command): void {
  const command = program
    .command('docs')
    .description('Write the generated pages: topics, metrics, catalogue of objects, from the declaration.')
    .option('--check', 'write nothing; say which pages are out of date')
    .action(docs);
  withExamples(
    command,
    ['./naap docs', './naap docs --check     # in CI'],
    'Exit codes: 0 done, or up to date; 1 --check found pages out of date.',
  );
}

async function docs({ check }: { readonly check?: boolean }): Promise<void> {
  const root = projectRoot();
  const stale = await stalePages(root);
  for (const { file, text } of stale) {
    if (!check) writeFileSync(path.join(root, file), text);
    console.log(`${file} ${check ? 'is out of date: run ./naap docs' : 'written'}`);
  }
  if (stale.length === 0) console.log('every page is up to date');
  else if (check) process.exitCode = EXIT.error;
}
