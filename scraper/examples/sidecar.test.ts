import { Readable } from 'node:stream';
import type { OutgoingRecord } from '../src/buffered-producer';
import { forward } from './sidecar';

test('the sidecar sends each line as it came, by its id and time, and says what can go first', async () => {
  const sent: [OutgoingRecord, string | undefined][] = [];
  const lines = [
    '{"id":"a","type":"stream_trace","timestamp":"1767908945298","data":{}}',
    '',
    '{"id":"b","type":"ai_stream_status","timestamp":"1767908945299","data":{}}',
    'no json',
    'null',
  ];
  const count = await forward(Readable.from(lines.map((line) => `${line}\n`)), {
    send: (record, worth) => Promise.resolve(void sent.push([record, worth])),
  });
  expect(count).toBe(4);
  expect(sent.map(([{ key, value }, worth]) => [key, value.toString(), worth])).toEqual([
    ['a', lines[0], undefined],
    ['b', lines[2], 'low'],
    [null, 'no json', undefined],
    [null, 'null', undefined],
  ]);
  expect(sent[0]![0].timestamp).toBe(1_767_908_945_298);
});
