import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRecorded } from './recorded';

const RECORDED_AT = 1_767_000_000_000;
const envelope = (id: string, at: number) => ({
  id,
  type: 'ai_stream_status',
  timestamp: String(at),
  gateway: '',
  data: {
    timestamp: at + 2,
    start_time: at - 9_000,
    inference_status: { fps: 20, last_output_time: at - 60 },
    duration_ms: 1_767_000_000_000,
  },
});

describe('recorded traffic', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-recorded-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string): string => {
    const name = path.join(folder, 'traffic');
    writeFileSync(name, text);
    return name;
  };
  const own = { shiftTo: 'own', gateway: 'gateway-1' } as const;

  test('is read from an array of messages, ordered by time', () => {
    const messages = [
      { timestamp: RECORDED_AT + 5, value: envelope('b', RECORDED_AT + 5) },
      { timestamp: RECORDED_AT, value: JSON.stringify(envelope('a', RECORDED_AT)) },
    ];
    const records = readRecorded(file(JSON.stringify(messages, null, 2)), own);
    expect(records.map(({ key }) => key.toString())).toEqual(['a', 'b']);
    expect(records.map(({ at }) => at)).toEqual([RECORDED_AT, RECORDED_AT + 5]);
    expect(records[0]!.gateway).toBe('gateway-1');
    expect(JSON.parse(records[1]!.value.toString())).toEqual(envelope('b', RECORDED_AT + 5));
  });

  test('is read from lines; one that is no JSON is played as it stands, at the time before it', () => {
    const lines = [JSON.stringify(envelope('a', RECORDED_AT)), 'no json', ''].join('\n');
    const records = readRecorded(file(lines), own);
    expect(records.map(({ at, value }) => [at, value.toString()])[1]).toEqual([RECORDED_AT, 'no json']);
  });

  test('moves times to now: those in fields of time within a day of the recording, and no others', () => {
    const shiftTo = RECORDED_AT + 86_400_000_000;
    const [record] = readRecorded(file(JSON.stringify(envelope('a', RECORDED_AT))), { ...own, shiftTo });
    const moved = JSON.parse(record!.value.toString()) as ReturnType<typeof envelope>;
    expect(record!.at).toBe(shiftTo);
    expect(moved).toEqual({ ...envelope('a', shiftTo), data: { ...envelope('a', shiftTo).data } });
    expect(moved.data.duration_ms).toBe(1_767_000_000_000);
  });

  test('that holds no time is refused with what was expected', () => {
    expect(() => readRecorded(file('{"id":"a"}'), own)).toThrow('expected envelopes with "timestamp"');
    expect(() => readRecorded(file(''), own)).toThrow('is empty');
  });
});
