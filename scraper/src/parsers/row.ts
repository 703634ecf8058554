/** One element of a payload: column to value as text; a column without a value is not there. `row` names the set. */
export type Row = Record<string, string>;
