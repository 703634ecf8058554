/**
 * Replays requests that were recorded from a stock server against the engine in memory and compares the answers. What differs
 * from run to run (ids, times, offsets) is matched by its form only; the order of lists that stock keeps in hash maps is not compared.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import { send } from './support/http-client';

const shared = process.env['NAAP_SHARED'] ?? join(__dirname, '../../../shared');
const file = join(shared, 'ksqldb-rest/interactions.json');

interface Interaction {
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body: unknown;
  };
  readonly response: { readonly status: number; readonly contentType: string | null; readonly body: unknown };
}

/** Answers that are known to differ, and why. */
const KNOWN_DIFFERENCES: Readonly<Record<number, string>> = {
  66: "another topic lies beside the engine's own: the registry's",
  69: 'lists every function; checked by names only where the registry has them all',
  72: 'the properties of a local engine are not those of a server',
  131: 'a query parameter that stock ignores',
};

const config = `
listeners=http://127.0.0.1:0
ksql.service.id=local_
ksql.streams.auto.offset.reset=earliest
ksql.logging.processing.topic.auto.create=true
ksql.logging.processing.stream.auto.create=true
`;

const describeWhenShared = existsSync(file) ? describe : describe.skip;

const note = existsSync(file) ? '' : ' (skipped: ksqldb-rest is not there; set NAAP_SHARED)';
describeWhenShared(`answers of a stock server${note}`, () => {
  const interactions = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Interaction[]) : [];
  let running: RunningEngine;

  beforeAll(async () => {
    running = await startEngine({ text: config, memory: true, log: () => undefined });
  });
  afterAll(() => running.stop());

  test.each(interactions.map((interaction, i) => [i, label(interaction), interaction] as const))(
    '%i %s',
    async (i, _label, { request, response }) => {
      await running.engine.driver.drained();
      const body = bodyOf(request, [...running.engine.state.queries.keys()]);
      const actual = await send(running.urls[0]!, {
        method: request.method,
        path: request.path,
        headers: request.headers,
        body,
      });
      if (KNOWN_DIFFERENCES[i] !== undefined) return;
      const shape = isAnyRows(request) ? firstRowsOnly : (value: unknown) => value;
      expect({ status: actual.status, body: shape(normalize(parse(actual.text), '')) }).toEqual({
        status: response.status,
        body: shape(normalize(response.body, '')),
      });
      if (response.contentType !== null) expect(actual.contentType).toBe(response.contentType);
    },
  );
});

/** The request as it was made, its query ids replaced by those of this run. */
function bodyOf({ body }: Interaction['request'], queryIds: readonly string[]): string | undefined {
  if (body === null) return undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return text.replace(
    /((?:CSAS|CTAS)_[A-Z_0-9]+?_)\d+\b/g,
    (id, prefix: string) => queryIds.find((known) => known.startsWith(prefix)) ?? id,
  );
}

/** With LIMIT over several partitions it is chance which rows come first. */
function isAnyRows({ body }: Interaction['request']): boolean {
  return /\bFROM gpu(_total)?\b.*\bLIMIT\b/.test(JSON.stringify(body));
}
/** Everything but the rows' values: how many there are, and what stands around them. */
function firstRowsOnly(value: unknown): unknown {
  if (typeof value === 'string') return [value.split('\n')[0], value.split('\n').length];
  if (!Array.isArray(value)) return value;
  return (value as unknown[]).map((item) =>
    Array.isArray(item) || (typeof item === 'object' && item !== null && 'row' in item) ? '<row>' : item,
  );
}

function label({ request }: Interaction): string {
  const { ksql, sql } = (typeof request.body === 'object' && request.body !== null ? request.body : {}) as {
    ksql?: string;
    sql?: string;
  };
  return `${request.method} ${request.path} ${(ksql ?? sql ?? '').slice(0, 90)}`;
}

function parse(text: string): unknown {
  if (text === '') return '';
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Members whose values depend on the run or the machine. */
const VARYING = new Set([
  'kafkaClusterId',
  'kafka-cluster',
  'commandSequenceNumber',
  'timestamp',
  'statistics',
  'clusterStatistics',
  'serverInfo',
  'ksqlHostQueryStatus',
  'tasksMetadata',
  'offsets',
  'consumerGroupId',
  'commandStatuses',
  'queryOffsetSummaries',
  'description',
  'author',
]);
/** Lists whose order stock takes from hash maps. */
const UNORDERED = new Set([
  'streams',
  'tables',
  'queries',
  'sourceDescriptions',
  'readQueries',
  'writeQueries',
  'sourceConstraints',
  'functions',
  'topics',
  'sources',
]);

function normalize(value: unknown, key: string): unknown {
  if (VARYING.has(key)) return '<varies>';
  if (typeof value === 'string') return normalizeText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, ''));
    const isRows =
      items.some((item) => typeof item === 'object' && item !== null && 'row' in item) ||
      (items.length > 1 && items.slice(1).every(Array.isArray));
    return UNORDERED.has(key) || isRows
      ? [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'statusCount' || !('queries' in value)) return membersOf(value);
  // Stock lists a push query for a while after its client has gone.
  const persistent = (value.queries as { queryType: string }[]).filter(
    ({ queryType }) => queryType === 'PERSISTENT',
  );
  return membersOf({ ...value, queries: persistent });
}

function membersOf(value: object): unknown {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'serverInfo')
      .map(([name, item]) => [name, normalize(item, name)]),
  );
}

function normalizeText(text: string): string {
  const lines = text.split('\n');
  const isDelimitedRows = lines.length > 2 && lines[0]!.startsWith('{"queryId"');
  const ordered = isDelimitedRows ? [lines[0], ...lines.slice(1).sort()].join('\n') : text;
  return ordered
    .replace(/transient_([A-Z_0-9]+?)_\d+/g, 'transient_$1_N')
    .replace(/query_\d+/g, 'query_N')
    .replace(/((?:CSAS|CTAS)_[A-Z_0-9]+?)_\d+\b/g, '$1_N');
}
