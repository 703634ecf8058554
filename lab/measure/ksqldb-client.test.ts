import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { columnNames, pullQuery } from './ksqldb-client';

describe('columnNames', () => {
  it.each([
    ['`ORCH` STRING KEY, `N` BIGINT', ['ORCH', 'N']],
    ['`A` STRUCT<`X` INTEGER, `Y` ARRAY<STRUCT<`Z` STRING>>>, `B` MAP<STRING, DOUBLE>', ['A', 'B']],
    ['`PRICE` DECIMAL(10, 2), `odd``name` STRING', ['PRICE', 'odd`name']],
  ])('%s', (schema, names) => {
    expect(columnNames(schema)).toEqual(names);
  });
});

describe('pullQuery', () => {
  let server: Server;
  let answer: { status: number; chunks: readonly string[] };
  let asked: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked = '';
      request.on('data', (chunk: Buffer) => (asked += chunk.toString()));
      request.on('end', () => {
        response.writeHead(answer.status, { 'content-type': 'application/vnd.ksql.v1+json' });
        answer.chunks.forEach((chunk) => response.write(chunk));
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const header = '[{"header":{"queryId":"q","schema":"`A` STRING KEY, `B` BIGINT"}}';

  it.each([
    ['one line', [`${header},{"row":{"columns":["x",1]}},{"row":{"columns":["y",2]}}]`]],
    ['a line an element', [`${header},\n{"row":{"columns":["x",1]}},\n`, '{"row":{"columns":["y",2]}}]\n']],
    [
      'lines cut anywhere',
      [`${header},\n{"row":{"col`, 'umns":["x",1]}},\n{"row":{"columns":["y"', ',2]}}\n]'],
    ],
  ])('reads an answer that comes as %s', async (_how, chunks) => {
    answer = { status: 200, chunks };
    await expect(pullQuery(url(), 'SELECT * FROM t')).resolves.toEqual({
      columns: ['A', 'B'],
      rows: [
        ['x', 1],
        ['y', 2],
      ],
    });
    expect(JSON.parse(asked)).toEqual({ ksql: 'SELECT * FROM t;', streamsProperties: {} });
  });

  it("throws the server's own words", async () => {
    answer = {
      status: 400,
      chunks: ['{"@type":"statement_error","error_code":40001,"message":"NOPE does not exist."}'],
    };
    await expect(pullQuery(url(), 'SELECT 1;')).rejects.toThrow('NOPE does not exist.');
  });

  it('throws an error that comes after rows', async () => {
    answer = {
      status: 200,
      chunks: [`${header},\n{"row":{"columns":["x",1]}},\n{"errorMessage":{"message":"too slow"}}]`],
    };
    await expect(pullQuery(url(), 'SELECT 1;')).rejects.toThrow('too slow');
  });

  it('says what came when it is no JSON', async () => {
    answer = { status: 502, chunks: ['Bad Gateway'] };
    await expect(pullQuery(url(), 'SELECT 1;')).rejects.toThrow(
      'the ksqlDB server answered with 502: Bad Gateway',
    );
  });
});
