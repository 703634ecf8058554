/** Position of the field that belongs to a column: the one of exactly its name, else the first of its name in another case; -1 for none. */
export function matchField(column: string, fields: readonly string[]): number {
  const exact = fields.indexOf(column);
  if (exact >= 0) return exact;
  const upper = column.toUpperCase();
  return fields.findIndex((field) => field.toUpperCase() === upper);
}
