/**
 * Which package-lock.json the packages in node_modules came from, as a hash: times say nothing after a checkout.
 *
 *     node tools/lockfile-stamp.js --check    # exit code 0: they fit, 1: they do not
 *     node tools/lockfile-stamp.js --write
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const STAMP = path.join(root, 'node_modules', '.naap-lockfile');

function lockfileHash() {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function stampFits() {
  return fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === lockfileHash();
}

/** Call it only when node_modules really holds what package-lock.json names. */
function writeStamp() {
  fs.writeFileSync(STAMP, lockfileHash());
}

module.exports = { writeStamp };

if (require.main === module) {
  if (process.argv[2] === '--write') writeStamp();
  else process.exitCode = stampFits() ? 0 : 1;
}
