import type { LakeSession } from '../lake-session';

/** Offsets of one partition of one topic, as a table of the lake holds them. */
export interface LakePartition {
  readonly topic: string;
  readonly partition: number;
  readonly rows: bigint;
  readonly first: bigint;
  readonly last: bigint;
  /** Offsets between first and last that no row has: from, up to and without. */
  readonly gaps: readonly Gap[];
  /** Rows beyond the first of their offset. */
  readonly twice: bigint;
  /** Some of the offsets that occur more than once. */
  readonly twiceAt: readonly bigint[];
}

export interface Gap {
  readonly from: bigint;
  readonly to: bigint;
}

const EXAMPLES = 5;

/** What the table says of itself, by its column `kafka` (topic, partition, offset, timestamp). Table names are declared ones. */
export async function tableOffsets(session: LakeSession, table: string): Promise<LakePartition[]> {
  const { rows } = await session.query(`
    WITH numbered AS (
      SELECT kafka.topic AS topic, kafka."partition" AS part, kafka."offset" AS record_offset, count(*) AS copies
      FROM ${table} GROUP BY ALL),
    ordered AS (
      SELECT *, lead(record_offset) OVER (PARTITION BY topic, part ORDER BY record_offset) AS following FROM numbered)
    SELECT topic, part, sum(copies)::BIGINT, min(record_offset), max(record_offset), (sum(copies) - count(*))::BIGINT,
      list([record_offset + 1, following] ORDER BY record_offset) FILTER (following > record_offset + 1),
      list(record_offset ORDER BY record_offset) FILTER (copies > 1)
    FROM ordered GROUP BY topic, part ORDER BY topic, part`);
  return rows.map(([topic, partition, count, first, last, twice, gaps, twiceAt]) => ({
    topic: String(topic),
    partition: Number(partition),
    rows: BigInt(count as string),
    first: BigInt(first as string),
    last: BigInt(last as string),
    gaps: ((gaps as [string, string][] | null) ?? []).map(([from, to]) => ({
      from: BigInt(from),
      to: BigInt(to),
    })),
    twice: BigInt(twice as string),
    twiceAt: ((twiceAt as string[] | null) ?? []).slice(0, EXAMPLES).map(BigInt),
  }));
}
