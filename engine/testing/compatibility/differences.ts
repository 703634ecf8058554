/** What this engine does otherwise than a stock ksqlDB 7.9.5, and means to, or has not got to yet. */
export interface Difference {
  readonly area: 'Running' | 'Queries' | 'Statements' | 'Endpoints';
  /** One sentence, or two. */
  readonly text: string;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    area: 'Running',
    text: 'One process, never a cluster: no other host takes over, and heartbeats between servers are refused.',
  },
  {
    area: 'Running',
    text: 'Records of a query’s repartition topics go from task to task inside the transaction that caused them, so those topics exist but stay empty.',
  },
  {
    area: 'Running',
    text: 'Changelog topics are named as stock’s and hold a lossless binary form of their own: state cannot be handed over to a stock server.',
  },
  {
    area: 'Queries',
    text: 'A push query tells of deleted rows in `/query` and over WebSockets; in the bare arrays of `/query-stream` they are left out.',
  },
  {
    area: 'Queries',
    text: 'A pull query with an aggregate function is refused by name.',
  },
  {
    area: 'Queries',
    text: 'State of an aggregation over PROTOBUF keeps NULLs; stock’s state, written in that format, makes defaults of them.',
  },
  {
    area: 'Queries',
    text: 'Pull queries on a table give rows in the order of the store, which is not stock’s order of RocksDB keys unless LIMIT is given.',
  },
  {
    area: 'Statements',
    text: 'SHOW PROPERTIES lists what this engine reads or checks, not every property of a JVM server.',
  },
  {
    area: 'Statements',
    text: 'SHOW TOPICS EXTENDED counts the engine’s own consumers only.',
  },
  {
    area: 'Statements',
    text: 'DESCRIBE FUNCTION has descriptions in our own words, and no author or version.',
  },
  {
    area: 'Statements',
    text: 'Messages about values that cannot be read (dates, numbers) name the value and what was expected in our own words.',
  },
  {
    area: 'Statements',
    text: 'The topology that EXPLAIN shows is stock’s for streams that are filtered, projected and aggregated by their key; for joins, tables and new keys its form is stock’s and numbers of nodes may differ.',
  },
  {
    area: 'Endpoints',
    text: '`/info` names this engine in `serverInfo`.',
  },
];
