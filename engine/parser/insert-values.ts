import type { InsertValues } from '../ast/statements';
import { walkExpression } from '../ast/walk';
import type { Source } from '../source/source';
import { preparationError } from './syntax-error';

/** What ksqlDB refuses in INSERT VALUES before it knows the target: the count, and columns of other sources. */
export function checkInsertedValues(statement: InsertValues, source: Source): void {
  const { columns, values, loc } = statement;
  if (columns.length > 0 && columns.length !== values.length) {
    const message = `Expected number columns and values to match: ${columns.length}, ${values.length}`;
    const hint = 'Give one value for each column that is named.';
    throw preparationError({ code: 'KE1007', message, source, span: loc, hint });
  }
  for (const value of values) {
    for (const node of walkExpression(value)) {
      if (node.kind !== 'ColumnRef' || node.qualifier === undefined) continue;
      const message = `'${node.qualifier}' is not a valid stream/table name or alias.`;
      const hint = 'INSERT VALUES takes constant expressions only.';
      throw preparationError({ code: 'KE1008', message, source, span: node.loc, hint });
    }
  }
}
