/**
 * Bundles the entry points into dist/ when a source is newer than the bundle (about 0.3 s; nothing to do: 30 ms).
 * Packages stay in node_modules, except those that are ES modules only.
 */
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const ENTRY_POINTS = {
  naap: 'cli/main.ts',
  'ksqldb-engine': 'engine/server/main.ts',
  scraper: 'scraper/src/main.ts',
};
const ROOMS = [
  'cli',
  'engine',
  'lab',
  'resources',
  'stacks',
  'scraper/src',
  'policy',
  'bench',
  'tests/support',
];
const STAMP = path.join(root, 'dist', '.stamp');
const ESM_ONLY = new Set(['listr2', 'log-update']);

/** Newest modification time (ms) of the TypeScript files under `dir`. */
function newest(dir) {
  if (!fs.existsSync(dir)) return 0;
  let latest = 0;
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(file));
    else if (file.endsWith('.ts')) latest = Math.max(latest, fs.statSync(file).mtimeMs);
  }
  return latest;
}

function isFresh() {
  if (!fs.existsSync(STAMP)) return false;
  const built = fs.statSync(STAMP).mtimeMs;
  const sources = ROOMS.map((room) => newest(path.join(root, room)));
  sources.push(fs.statSync(__filename).mtimeMs, fs.statSync(path.join(root, 'package-lock.json')).mtimeMs);
  return Math.max(...sources) < built;
}

async function main() {
  if (isFresh()) return;
  const started = Date.now();
  const esbuild = require('esbuild');
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRY_POINTS)
      .map(([name, file]) => [name, path.join(root, file)])
      .filter(([, file]) => fs.existsSync(file)),
  );
  const externals = {
    name: 'packages-stay-outside',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (args.kind === 'entry-point') return undefined;
        const name = args.path.startsWith('@')
          ? args.path.split('/').slice(0, 2).join('/')
          : args.path.split('/')[0];
        if (ESM_ONLY.has(name) || args.importer.includes('node_modules')) return undefined;
        return { path: args.path, external: true };
      });
    },
  };
  await esbuild.build({
    entryPoints,
    outdir: path.join(root, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [externals],
  });
  fs.writeFileSync(STAMP, new Date(started).toISOString());
  fs.utimesSync(STAMP, new Date(started), new Date(started));
}

main().catch((error) => {
  console.error(`naap: the build failed: ${error.message}`);
  process.exit(1);
});
