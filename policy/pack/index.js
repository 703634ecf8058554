// Pulumi's policy host runs JavaScript: this lets it load the pack, which is TypeScript.
require('tsx/cjs');
require('../pack.ts');
