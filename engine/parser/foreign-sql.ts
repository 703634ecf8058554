/** What other SQL has and ksqlDB has not, by the words at the place of the failure, and what to write instead. */
const FOREIGN: readonly (readonly [words: RegExp, hint: string])[] = [
  [/ DISTINCT$/, 'ksqlDB has no SELECT DISTINCT: group by the columns, or COUNT_DISTINCT them.'],
  [/ ORDER BY$/, 'ksqlDB has no ORDER BY: sort where the rows are read.'],
  [
    / (UNION|EXCEPT|INTERSECT)( ALL)?( SELECT)?$/,
    'ksqlDB has no UNION: create a stream, and INSERT INTO it from each query.',
  ],
  [
    / (FROM|JOIN|IN) \( ?(SELECT)?$/,
    'ksqlDB has no subqueries: create a stream or a table of the inner query first.',
  ],
  [/ FROM \S+( \S+)? ,$/, 'ksqlDB joins with JOIN … ON only.'],
  [/ (OFFSET|FETCH)$/, 'ksqlDB has LIMIT only.'],
  [/^ (UPDATE|DELETE|MERGE|UPSERT)$/, 'Rows of a table change by INSERT INTO … VALUES under the same key.'],
  [/^ (USE|BEGIN|COMMIT|ROLLBACK|TRUNCATE|GRANT|REVOKE)$/, 'ksqlDB has no such statement.'],
];

/** The hint for what stands at the end of `words`, upper-cased words of one statement up to the failure. */
export function foreignHint(words: readonly string[]): string | undefined {
  const text = ` ${words.join(' ')}`;
  return FOREIGN.find(([pattern]) => pattern.test(text))?.[1];
}
