/** Hands out names that nothing has yet, for columns that have none of their own. */
export class NameGenerator {
  private readonly taken: Set<string>;
  private nextColumn = 0;

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** `KSQL_COL_0`, `KSQL_COL_1`, … without those that are taken. */
  generated(): string {
    let name;
    do name = `KSQL_COL_${this.nextColumn++}`;
    while (this.taken.has(name));
    return name;
  }

  /** The name of a field, or that with the first number that is not taken: `NAME`, `NAME_1`, … */
  unique(base: string): string {
    let name = base;
    for (let i = 1; this.taken.has(name); i++) name = `${base}_${i}`;
    this.taken.add(name);
    return name;
  }
}
