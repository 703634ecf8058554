import { Type } from 'avsc';
import { AvroCursor } from './avro-cursor';
import { avroSkipper } from './avro-reader';
import { parseAvroSchema } from './avro-schema';

/** A reader that declares fewer columns than were written passes over the others. */
describe('skipping an Avro value', () => {
  test.each([
    ['a text', 'string', 'forty-two'],
    ['a long text', 'string', 'x'.repeat(200)],
    ['bytes', 'bytes', Buffer.from([1, 2, 3])],
    ['a map', { type: 'map', values: 'string' }, { one: 'a', two: 'bb' }],
    ['an array', { type: 'array', items: 'string' }, ['a', 'bb', '']],
    ['a union', ['null', 'string'], { string: 'abc' }],
  ])('stands behind %s', (_, schema, value) => {
    const bytes = Type.forSchema(schema as never, { wrapUnions: true }).toBuffer(value);
    const cursor = new AvroCursor();
    cursor.reset(Buffer.concat([bytes, Buffer.from([0x7f])]), 0);
    avroSkipper(parseAvroSchema({ text: JSON.stringify(schema) }))(cursor);
    expect(cursor.position).toBe(bytes.length);
  });
});
