/**
 * Puts together what the image holds: the bundled program, its kinds, and the one package that cannot be bundled, as it is native.
 * The Dockerfile runs it, and so does the test that measures the image's size without Docker.
 *
 *     node image/assemble.js FOLDER
 */
const fs = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const ROOT = path.resolve(__dirname, '..');
const NATIVE = 'classic-level';
const ENTRY_POINTS = {
  scraper: 'src/main.ts',
  // For another producer: require('…/dist/buffered-producer.js').
  'buffered-producer': 'src/buffered-producer/index.ts',
};
/** Sources of the native part, binaries of other systems and texts for people are not needed to run; licences stay. */
const LEFT_OUT = /^(deps|binding\.(cc|gyp)|.*\.md|.*\.d\.ts|prebuilds\/(?!linux-(x64|arm64)(\/|$)).+)$/;

function copyPackage(name, from, to, done) {
  if (done.has(name)) return;
  done.add(name);
  const folder = folderOf(name, from);
  fs.cpSync(folder, path.join(to, 'node_modules', name), {
    recursive: true,
    filter: (file) => {
      const inside = path.relative(folder, file);
      return inside !== 'node_modules' && !LEFT_OUT.test(inside);
    },
  });
  const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) copyPackage(dependency, folder, to, done);
}

/** The nearest folder that Node would take the package from. */
function folderOf(name, from) {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(at) === at)
      throw new Error(`the package "${name}" is not installed (looked for from ${from})`);
  }
}

async function assemble(to) {
  await esbuild.build({
    entryPoints: Object.fromEntries(
      Object.entries(ENTRY_POINTS).map(([name, file]) => [name, path.join(ROOT, file)]),
    ),
    outdir: path.join(to, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: [NATIVE],
    legalComments: 'linked',
    logLevel: 'warning',
  });
  fs.cpSync(path.join(ROOT, 'kinds'), path.join(to, 'kinds'), { recursive: true });
  copyPackage(NATIVE, ROOT, to, new Set());
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('assemble: expected the folder to fill: node image/assemble.js FOLDER');
  process.exit(2);
}
assemble(path.resolve(folder)).catch((error) => {
  console.error(`assemble: ${error.message}`);
  process.exit(1);
});
