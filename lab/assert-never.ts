/** Marks a place that the compiler proves unreachable; reached all the same, it names what it met. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
