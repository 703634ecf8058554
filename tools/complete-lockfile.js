/**
 * Adds to package-lock.json the platform packages that npm left out because the registry in use does not serve them: they are
 * optional and belong to other systems, but without an entry `npm ci` says that the lock file does not fit. Run it after `npm install`.
 *
 *     node tools/complete-lockfile.js
 */
const fs = require('node:fs');
const path = require('node:path');
const { writeStamp } = require('./lockfile-stamp');

const FILE = path.join(__dirname, '..', 'package-lock.json');
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'wasm32',
  'win32',
];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What the name of a platform package says about where it can be used. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const system = SYSTEMS.find((it) => words.includes(it));
  const processor = PROCESSORS.find((it) => words.includes(it));
  if (!system || !processor) throw new Error(`"${name}" does not name a system and a processor`);
  return { cpu: [processor], optional: true, os: [system] };
}

const lock = JSON.parse(fs.readFileSync(FILE, 'utf8'));
const added = [];
for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${folder}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place])) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev ? { dev: true } : {}),
      ...platformOf(name),
    };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added.length > 0) fs.writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
// `npm install` has just brought what the file names.
writeStamp();
console.log(added.length === 0 ? 'nothing to add' : `added ${added.join(', ')}`);
