import type { Column, TimestampColumn } from '../catalog/catalog';
import { fail } from '../analyzer/errors';
import type { PlanningContext } from './context';
import type { With } from './with-properties';

/** The column that WITH (TIMESTAMP = …) names: BIGINT, TIMESTAMP, or STRING with a format. */
export function timestampColumn(wish: With, columns: readonly Column[]): TimestampColumn | undefined {
  if (wish.timestamp === undefined) return undefined;
  const name = identifier(wish.timestamp);
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    return fail(
      'withProperty',
      `The TIMESTAMP column set in the WITH clause does not exist in the schema: '${name}'`,
    );
  }
  requireTimestampType(column, wish.timestampFormat);
  return { column: name, format: wish.timestampFormat };
}

/** `ksql.timestamp.throw.on.invalid`: a time that cannot be told stops the query, where it is set. */
export function failsOnInvalidTime({ config }: Pick<PlanningContext, 'config'>): boolean {
  return config['ksql.timestamp.throw.on.invalid']?.toLowerCase() === 'true';
}

/** The property's text is read as a name in SQL: upper case unless it is quoted. */
function identifier(text: string): string {
  const quoted = /^[`"](.*)[`"]$/.exec(text);
  return quoted ? quoted[1]! : text.toUpperCase();
}

function requireTimestampType(column: Column, format: string | undefined): void {
  const { kind } = column.type;
  if (format === undefined && (kind === 'BIGINT' || kind === 'TIMESTAMP')) return;
  if (format !== undefined && kind === 'STRING') return;
  const given = format === undefined ? '' : ` Timestamp format given: '${format}'.`;
  const message =
    `Timestamp column, \`${column.name}\`, should be LONG(INT64), TIMESTAMP, ` +
    `or a String with a timestamp_format specified.${given}`;
  fail('withProperty', message);
}
