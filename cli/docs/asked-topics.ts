import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = 'docs/asked-topics.yaml';

const asked = z.strictObject({
  /** As the design texts call it. */
  topic: z.string(),
  /** Our topics that hold it. */
  ours: z.array(z.string()).min(1),
  /** Partitions and retention that the texts name. */
  size: z.string().optional(),
  note: z.string().optional(),
  /** Its fields: `ours` says which column holds it; `none` why nothing does. */
  fields: z
    .array(
      z.union([
        z.strictObject({ field: z.string(), ours: z.string() }),
        z.strictObject({ field: z.string(), none: z.string() }),
      ]),
    )
    .default([]),
});
export type AskedTopic = z.infer<typeof asked>;

/** Which of our topics stands for each one that the design texts name. Throws with every problem and its path. */
export function readAskedTopics(root: string): AskedTopic[] {
  const file = path.join(root, FILE);
  if (!existsSync(file)) return [];
  return z.strictObject({ topics: z.array(asked) }).parse(parse(readFileSync(file, 'utf8'))).topics;
}
