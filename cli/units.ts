const MIB = 1024 * 1024;
const MS_PER_SECOND = 1000;

/** Bytes as whole MiB: `213 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

/** Milliseconds as seconds: `3.5 s`. */
export function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(1)} s`;
}
