export type Level = 'info' | 'warn' | 'error';
export type Log = (level: Level, message: string) => void;

/** One JSON object a line on standard error. */
export const log: Log = (level, message) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message })}\n`);
};
