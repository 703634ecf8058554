/**
 * The candidate that is nearest to `input` by edit distance without regard to case, or undefined
 * when none is near enough to be a slip of the keyboard (a third of the longer word, at least 2).
 */
export function suggest(input: string, candidates: readonly string[]): string | undefined {
  const { candidate, distance } = nearest(input, candidates);
  if (candidate === undefined) return undefined;
  const allowed = Math.max(2, Math.floor(Math.max(input.length, candidate.length) / 3));
  return distance <= allowed ? candidate : undefined;
}

/** The nearest candidate, however far; the first of equals. */
export function nearest(
  input: string,
  candidates: readonly string[],
): { readonly candidate: string | undefined; readonly distance: number } {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(input.toUpperCase(), candidate.toUpperCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return { candidate: best, distance: bestDistance };
}

/** Longer words are cut: nobody means a keyword by them. */
const MAX_WORD_LENGTH = 64;

/** Levenshtein's distance: insertions, deletions and replacements. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_WORD_LENGTH);
  const b = right.slice(0, MAX_WORD_LENGTH);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
