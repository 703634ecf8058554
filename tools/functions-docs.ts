/** Writes docs/functions.md from the rows of the engine's functions: `npx tsx tools/functions-docs.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionsPage } from '../engine/functions/docs';

writeFileSync(join(__dirname, '../docs/functions.md'), functionsPage());
