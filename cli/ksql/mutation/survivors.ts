import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FileMutation } from './run-mutations';

const survivor = z.strictObject({
  file: z.string(),
  /** As the report prints it: `rule: before -> after`. */
  mutation: z.string(),
  reason: z.string().min(10),
});
export type Survivor = z.infer<typeof survivor>;

/** Mutations that no test can or need notice, each with the reason. No file: none. Throws with every problem and its path. */
export function readSurvivors(file: string): Survivor[] {
  if (!existsSync(file)) return [];
  return z.strictObject({ survivors: z.array(survivor) }).parse(parse(readFileSync(file, 'utf8'))).survivors;
}

/** How a report and the list of survivors name a mutation. */
export function mutationText({ rule, before, after }: FileMutation): string {
  return `${rule}: ${before}${after === '' ? '' : ` -> ${after}`}`;
}

export function reasonFor(mutation: FileMutation, survivors: readonly Survivor[]): string | undefined {
  const text = mutationText(mutation);
  return survivors.find((it) => it.file === mutation.file && it.mutation === text)?.reason;
}
