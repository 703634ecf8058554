import { KsqlError } from '../diagnostics/diagnostic';
import type { AggregateFunction, FunctionRow } from './function-row';
import { resolveCall } from './resolve';
import type { ArgumentType, ResolvedCall } from './resolve';

export interface ResolvedFunction extends ResolvedCall {
  readonly row: FunctionRow;
}

/** The functions that SQL may call; immutable. Names are looked up without regard to case. */
export class FunctionRegistry {
  private readonly rows: ReadonlyMap<string, FunctionRow>;

  constructor(rows: readonly FunctionRow[]) {
    this.rows = new Map(rows.map((row) => [row.name, row]));
  }

  lookup(name: string): FunctionRow | undefined {
    return this.rows.get(name.toUpperCase());
  }

  /** As {@link lookup}; throws KsqlError when there is none of that name. */
  get(name: string): FunctionRow {
    const row = this.lookup(name);
    if (row !== undefined) return row;
    throw new KsqlError({
      code: 'KE2403',
      severity: 'error',
      message: `Can't find any functions with the name '${name}'`,
      hint: 'SHOW FUNCTIONS lists the functions there are.',
    });
  }

  isAggregate(name: string): boolean {
    return this.lookup(name)?.type === 'AGGREGATE';
  }

  isTableFunction(name: string): boolean {
    return this.lookup(name)?.type === 'TABLE';
  }

  /** An aggregate by its name, or undefined when the name is none or not an aggregate. */
  aggregate(name: string): AggregateFunction | undefined {
    const row = this.lookup(name);
    return row?.type === 'AGGREGATE' ? row : undefined;
  }

  /** Picks the variant for the types of a call. Throws KsqlError in ksqlDB's wording. */
  resolve(name: string, args: readonly ArgumentType[]): ResolvedFunction {
    const row = this.get(name);
    return { row, ...resolveCall(row, args) };
  }

  /** In order of name. */
  list(): readonly FunctionRow[] {
    return [...this.rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A registry with more functions; those of the same name are replaced. */
  with(rows: readonly FunctionRow[]): FunctionRegistry {
    return new FunctionRegistry([...this.rows.values(), ...rows]);
  }
}
