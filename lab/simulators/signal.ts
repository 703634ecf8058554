/** Mulberry32: a small seeded generator; uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a, 32 bits: a seed from a name, so that a node keeps its character from run to run. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A smooth load between 0 and 1 over time: two sines with periods of minutes, their phases from the seed. */
export function loadAt(seed: number, timeMs: number): number {
  const minutes = timeMs / 60_000;
  const phase = (seed % 628) / 100;
  const wave = 0.5 + 0.3 * Math.sin(minutes / 3 + phase) + 0.2 * Math.sin(minutes * 1.7 + 2 * phase);
  return Math.min(1, Math.max(0, wave));
}
