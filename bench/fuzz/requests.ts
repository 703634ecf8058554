import type { Random } from './random';
import { nextQuery, nextStatement } from './statements';

/** One request as it goes over the wire. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PATHS = [
  ...[
    '/ksql',
    '/ksql',
    '/ksql',
    '/query',
    '/query',
    '/query-stream',
    '/query-stream',
    '/inserts-stream',
    '/close-query',
    '/info',
    '/healthcheck',
  ],
  ...[
    '/status',
    '/status/stream/S/create',
    '/is_valid_property/auto.offset.reset',
    '/is_valid_property/%E0%A4%A',
    '/clusterStatus',
    '/v1/metadata',
  ],
  ...[
    '/v1/metadata/id',
    '/heartbeat',
    '/lag',
    '/ksql/terminate',
    '/ws/query',
    '/',
    '/nope',
    '/ksql/../info',
    '//ksql',
    '/query?x=1',
    '/%00',
  ],
];
const STATEMENT_PATHS = ['/ksql', '/query', '/query-stream', '/inserts-stream'];
const TYPES = [
  ...[
    'application/json',
    'application/vnd.ksql.v1+json',
    'application/vnd.ksqlapi.delimited.v1',
    'application/vnd.ksql.v1+protobuf',
    '*/*',
  ],
  ...[
    'text/plain',
    'application/vnd.ksql.v1+json; q=0.9, application/json; q=0.5',
    '',
    ';;,',
    'x'.repeat(2000),
  ],
];
const PROPERTIES = [
  ...[
    'auto.offset.reset',
    'ksql.streams.auto.offset.reset',
    'ksql.service.id',
    'nope',
    'ksql.query.pull.table.scan.enabled',
    '__proto__',
    'constructor',
  ],
];
const VALUES: readonly unknown[] = [
  'earliest',
  'latest',
  'x',
  '',
  1,
  -1,
  true,
  null,
  [],
  {},
  ['a'],
  { a: 1 },
  1e308,
  '\u0000',
];

/** Requests around good ones: method, path, headers, JSON and statement each changed now and then. */
export function nextRequest(random: Random): FuzzRequest {
  const path = random.chance(0.8) ? random.pick(STATEMENT_PATHS) : random.pick(PATHS);
  const method = random.chance(0.95)
    ? /^\/(ksql|query|inserts|close)/.test(path)
      ? 'POST'
      : 'GET'
    : random.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']);
  const headers: Record<string, string> = {};
  if (random.chance(0.2)) headers['accept'] = random.pick(TYPES);
  if (random.chance(0.2)) headers['content-type'] = random.pick(TYPES);
  if (random.chance(0.05))
    headers['authorization'] = random.pick(['Basic', 'Basic !!!', 'Bearer x', 'Basic Og==']);
  if (random.chance(0.02))
    headers['origin'] = random.pick(['https://evil.example', 'null', 'http://localhost', '://']);
  if (random.chance(0.02)) headers['host'] = random.pick(['evil.example', '[::1', ':', 'localhost:1', '']);
  return { method, path, headers, body: method === 'GET' || method === 'HEAD' ? '' : body(random, path) };
}

function body(random: Random, path: string): string {
  if (path.startsWith('/inserts-stream')) return insertsBody(random);
  const member = path.startsWith('/query-stream')
    ? 'sql'
    : path.startsWith('/close-query')
      ? 'queryId'
      : 'ksql';
  const statements = () =>
    random.times(1, random.pick([1, 1, 3]), () => nextStatement(random)).join(random.pick([' ', '\n', '']));
  const value: Record<string, unknown> = {
    [random.chance(0.97) ? member : random.pick(['sql', 'ksql', 'SQL'])]: random.chance(0.96)
      ? path.startsWith('/query')
        ? nextQuery(random)
        : statements()
      : random.pick(VALUES),
  };
  const properties = () =>
    Object.fromEntries(random.times(0, 2, () => [random.pick(PROPERTIES), random.pick(VALUES)]));
  if (random.chance(0.15))
    value[random.pick(['streamsProperties', 'properties', 'sessionVariables', 'requestProperties'])] =
      random.chance(0.8) ? properties() : random.pick(VALUES);
  if (random.chance(0.05)) value['commandSequenceNumber'] = random.pick(VALUES);
  return brokenNowAndThen(random, JSON.stringify(value));
}

function insertsBody(random: Random): string {
  const target = random.pick(['S', 's', '`S`', 'R', 'TAB', 'nope', '']);
  const row = () =>
    JSON.stringify(
      Object.fromEntries(
        random.times(0, 4, () => [
          random.pick(['K', 'i', 'T', '`K`', 'ARR', 'NOPE', 'M', 'TS']),
          random.pick(VALUES),
        ]),
      ),
    );
  const lines = [JSON.stringify({ target }), ...random.times(0, 4, () => brokenNowAndThen(random, row()))];
  return lines.join(random.pick(['\n', '\n', '\r\n', '']));
}

function brokenNowAndThen(random: Random, text: string): string {
  if (!random.chance(0.1)) return text;
  const at = random.below(text.length);
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + random.pick(['"', '}', '\u0000', '\ud800', '\\', ',']) + text.slice(at),
    '',
    'null',
    '[]',
    '['.repeat(5000),
    `${text}${text}`,
  ]);
}
