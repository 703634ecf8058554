/**
 * Bundles the entry points into dist/ when a source is newer than the bundle (about 0.3 s; nothing to do: 30 ms).
 * Packages stay in node_modules, except those that are ES modules only; the scraper is whole, as in its container.
 */
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const CLI = 'naap';
const ENTRY_POINTS = {
  [CLI]: 'cli/main.ts',
  'ksqldb-engine': 'engine/server/main.ts',
  'pulumi-resource-naap': 'resources/provider/main.ts',
  scraper: 'scraper/src/main.ts',
};
/** A workspace of its own: its packages may lie in its own folder, where dist/ would not find them; all but this one, which is native. */
const SELF_CONTAINED = new Set(['scraper']);
const NATIVE = ['classic-level'];
const ROOMS = [
  'cli',
  'engine',
  'lab',
  'lake',
  'operate',
  'resources',
  'stacks',
  'scraper/src',
  'policy',
  'bench',
  'tests/support',
];
const DIST = path.join(root, 'dist');
const STAMP = path.join(DIST, '.stamp');
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

/** Leaves packages to Node, except those that it cannot `require`. */
const packagesStayOutside = {
  name: 'packages-stay-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, (args) => {
      if (args.kind === 'entry-point') return undefined;
      const parts = args.path.split('/');
      const name = args.path.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
      if (ESM_ONLY.has(name) || args.importer.includes('node_modules')) return undefined;
      return { path: args.path, external: true };
    });
  },
};

function bundle(name, outdir) {
  return require('esbuild').build({
    entryPoints: { [name]: path.join(root, ENTRY_POINTS[name]) },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
    external: SELF_CONTAINED.has(name) ? NATIVE : [],
    plugins: SELF_CONTAINED.has(name) ? [] : [packagesStayOutside],
  });
}

/** Bundles one entry point; another `./naap` that runs meanwhile sees the old file or the new one, never a part. */
async function build(name) {
  // Beside dist/, so that the paths in the source maps hold after the move.
  const draft = path.join(root, `dist.${process.pid}.${name}`);
  try {
    await bundle(name, draft);
    for (const file of fs.readdirSync(draft)) fs.renameSync(path.join(draft, file), path.join(DIST, file));
    return true;
  } catch (error) {
    // What cannot be built must not run in its old version.
    fs.rmSync(path.join(DIST, `${name}.js`), { force: true });
    console.error(`naap: dist/${name}.js could not be built: ${error.message}`);
    return false;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

async function main() {
  if (isFresh()) return;
  const started = new Date();
  fs.mkdirSync(DIST, { recursive: true });
  const names = Object.keys(ENTRY_POINTS).filter((name) =>
    fs.existsSync(path.join(root, ENTRY_POINTS[name])),
  );
  const built = await Promise.all(names.map(async (name) => ({ name, ok: await build(name) })));
  // The other programs are missed when they are started, and named then; without the command line nothing goes on.
  if (built.some(({ name, ok }) => name === CLI && !ok)) process.exit(1);
  if (built.some(({ ok }) => !ok)) return;
  fs.writeFileSync(STAMP, started.toISOString());
  fs.utimesSync(STAMP, started, started);
}

main().catch((error) => {
  console.error(`naap: the build failed: ${error.message}`);
  process.exit(1);
});
