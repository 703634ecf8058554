/** What `./naap` ends with. */
export const EXIT = { ok: 0, error: 1, usage: 2, changes: 3, interrupted: 130 } as const;

/** The same, for the help of every command. */
export const EXIT_CODES_HELP = 'Exit codes: 0 done, 1 failed, 2 wrong usage or a missing tool.';

/** A mistake in how a command was called: ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
