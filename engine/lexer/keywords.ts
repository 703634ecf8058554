/**
 * ksqlDB's keywords, from its reference pages "SQL keywords and operators" and the statements' synopses (7.9).
 * The order is the one in which a list of expected tokens is shown.
 */
const RESERVED = `
  SELECT FROM AS ALL DISTINCT WHERE WITHIN WINDOW GROUP BY HAVING LIMIT OR AND IN NOT EXISTS BETWEEN LIKE IS NULL
  TRUE FALSE CASE WHEN THEN ELSE END JOIN FULL OUTER INNER LEFT RIGHT ON WITH VALUES INTO
  CREATE TABLE INSERT DELETE DESCRIBE DROP CAST STREAM EXTENDED BEGINNING PRINT TERMINATE UNSET RUN SCRIPT
`;

const NON_RESERVED = `
  ADD ADVANCE ALTER ANALYZE ARRAY ASSERT BYTES CATALOG CHANGES COLUMN COLUMNS CONNECTOR CONNECTORS DATE DAY DAYS
  DEFINE EMIT ESCAPE EXPLAIN EXPORT FINAL FUNCTION FUNCTIONS GRACE HEADER HEADERS HOPPING HOUR HOURS ID IF INTEGER
  INTERVAL KEY LIST MAP MATERIALIZED MILLISECOND MILLISECONDS MINUTE MINUTES MONTH MONTHS PARTITION PARTITIONS PAUSE
  PERIOD PLUGINS PRIMARY PROPERTIES QUERIES QUERY RENAME REPLACE RESET RESUME RETENTION SAMPLE SCHEMA SECOND SECONDS
  SESSION SET SHOW SINK SIZE SOURCE STREAMS STRUCT SUBJECT SYSTEM TABLES TIME TIMEOUT TIMESTAMP TOPIC TOPICS TUMBLING
  TYPE TYPES UNDEFINE VARIABLES YEAR YEARS ZONE
`;

const words = (text: string): string[] => text.trim().split(/\s+/);

const reserved = new Set(words(RESERVED));
const all = new Set([...reserved, ...words(NON_RESERVED)]);

/** Whether `word` (upper case) is a keyword at all. */
export function isKeyword(word: string): boolean {
  return all.has(word);
}

/** Whether `word` (upper case) names nothing unless it is quoted. */
export function isReserved(word: string): boolean {
  return reserved.has(word);
}

/** Keywords in their order of display. */
export const KEYWORDS: readonly string[] = [...all];

/** Symbols, longest first, so that the first match is the right one. */
export const SYMBOLS: readonly string[] = [
  ...['->', '=>', ':=', '<>', '!=', '<=', '>=', '||', '=='],
  ...[';', '(', ',', ')', '.', '=', '[', ']', '<', '>', '+', '-', '*', '/', '%'],
];
