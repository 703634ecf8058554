import type { TopicRecord } from '../../resources/kafka/read-topics';
import type { LakeTable } from '../access';

const DAY_MS = 86_400_000;
const START_BYTES = 8;

/**
 * Whether upkeep may have taken the row of a record, as its declared time is over: whether it has, only the rows of its key would say.
 * The days are those of `lake/upkeep/Upkeep.java`.
 */
export function mayBeOver(
  { timestamp, key }: Pick<TopicRecord, 'timestamp' | 'key'>,
  { retention, row }: Pick<LakeTable, 'retention' | 'row'>,
  now: number,
): boolean {
  const { keepMs, supersededMs, changelog } = retention;
  const from = (age: number): number => Math.floor((now - age) / DAY_MS) * DAY_MS;
  const isOfDaysOver = (age: number | undefined): boolean => age !== undefined && timestamp < from(age);
  if (changelog !== 'windows') return isOfDaysOver(supersededMs ?? keepMs);
  if (isOfDaysOver(supersededMs)) return true;
  const end = windowEnd(key, row?.window);
  return keepMs !== undefined && end !== undefined && end <= from(keepMs);
}

/** The end of the window that Kafka Streams writes behind a key: the start in eight bytes, of a session the end before it. */
function windowEnd(key: Buffer | null, window: NonNullable<LakeTable['row']>['window']): number | undefined {
  if (key === null || window === undefined) return undefined;
  const at = key.length - (window === 'session' ? 2 : 1) * START_BYTES;
  if (at < 0) return undefined;
  const first = Number(key.readBigInt64BE(at));
  return window === 'session' ? first : first + window;
}
