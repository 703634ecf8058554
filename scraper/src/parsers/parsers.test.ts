import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadKinds, parseKind } from '../config/kinds';
import type { Kind } from '../config/kinds';
import { parsePayload } from './index';

const ROOT = join(__dirname, '..', '..');
const kinds = loadKinds(join(ROOT, 'kinds'));
const shipped = (name: string): Kind => kinds.find((kind) => kind.name === name)!;
const parse = (value: unknown, kind: Kind) => parsePayload(Buffer.from(JSON.stringify(value)), kind);
const kind = (more: object): Kind => parseKind({ name: 'k', role: 'runner', path: '/', ...more }, 'test');

describe('payloads', () => {
  test('stay as they came: numbers beyond 2^53, keys that are there twice', () => {
    const text = ' {"wei": 2402400000000000000001, "a": 1, "a": 2}\n';
    const payload = parsePayload(Buffer.from(text), kind({ fields: { a: 'a', wei: 'wei' } }));
    expect(payload.text).toBe(text.trim());
    // A number that was rounded is no value; the payload has it.
    expect(payload.fields).toEqual({ a: '2' });
  });

  test.each([
    ['what is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
    ['what is not JSON', Buffer.from('<html>'), 'not JSON'],
    ['nothing', Buffer.alloc(0), 'not JSON'],
    ['NaN', Buffer.from('{"a": NaN}'), 'not JSON'],
  ])('refuse %s', (_, body, message) => {
    expect(() => parsePayload(body, kind({}))).toThrow(message);
  });

  test('may begin with a byte order mark, be nested deep, or be text', () => {
    expect(parsePayload(Buffer.from('\uFEFF{}'), kind({})).text).toBe('{}');
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(
      parsePayload(Buffer.from(deep), kind({ rows: [{ name: 'r', each: '*.*', columns: {} }] })).rows,
    ).toHaveLength(1);
    expect(parsePayload(Buffer.from('OK "x"'), kind({ parser: 'text' })).text).toBe('"OK \\"x\\""');
  });
});

describe('values that a kind names', () => {
  const nested = kind({
    fields: {
      version: 'meta.version',
      missing: 'meta.none',
      nothing: 'meta.null',
      proto: 'constructor.name',
    },
    rows: [
      {
        name: 'gpu',
        each: 'nodes.*.gpus.*',
        columns: { node: '/nodes.*.name', index: '@2', id: 'id', on: 'on', tags: 'tags' },
      },
    ],
  });

  test('come from anywhere on the way, as text; what is not there is left out', () => {
    const { fields, rows } = parse(
      {
        meta: { version: 7, null: null },
        nodes: [
          { name: 'a', gpus: { '0': { id: 'g0', on: true, tags: ['x'] }, '1': { id: 5.5 } } },
          { name: 'b', gpus: null },
          { name: 'c' },
          null,
          { name: 'd', gpus: { '0': 'no object' } },
        ],
      },
      nested,
    );
    expect(fields).toEqual({ version: '7' });
    expect(rows).toEqual([
      { row: 'gpu', node: 'a', index: '0', id: 'g0', on: 'true', tags: '["x"]' },
      { row: 'gpu', node: 'a', index: '1', id: '5.5' },
    ]);
  });

  test('are none where the payload has another shape', () => {
    for (const value of [null, [], 5, 'text', { nodes: 5 }, { nodes: { gpus: [] } }])
      expect(parse(value, nested)).toMatchObject({ fields: {}, rows: [] });
  });

  test('that many rows would repeat are no way to make a small payload large', () => {
    const nodes = [{ name: 'x'.repeat(50_000), gpus: Array.from({ length: 5_000 }, () => ({ id: 'g' })) }];
    expect(() => parse({ nodes }, nested)).toThrow('its rows "gpu" take more than 2000000 characters');
  });

  test('of an AI runner: one row a GPU', () => {
    const { fields, rows } = parse(
      { pipeline: 'p', model_id: 'm', gpu_stats: { '0': { id: 'GPU-1', name: 'RTX', memory_total: 34190917632, memory_free: 1, utilization_compute: 50, utilization_memory: 20 } } },
      shipped('hardware_stats'),
    ); // prettier-ignore
    expect(fields).toEqual({ pipeline: 'p', model_id: 'm' });
    expect(rows).toEqual([
      { row: 'gpu', gpu_index: '0', gpu_id: 'GPU-1', gpu_name: 'RTX', memory_total_bytes: '34190917632', memory_free_bytes: '1', utilization_compute_percent: '50', utilization_memory_percent: '20' },
    ]); // prettier-ignore
  });

  test('of the network’s capabilities: GPUs, models and prices, with the orchestrator that has them', () => {
    const orchestrator = {
      address: '0xA', local_address: '0xB', orch_uri: 'https://o:8935',
      capabilities: { version: '0.8.9', constraints: { PerCapability: { '35': { models: { sd: { warm: true, runnerVersion: '1', capacity: 2 } } } } } },
      capabilities_prices: [{ pricePerUnit: 5, pixelsPerUnit: 1, capability: 35, constraint: 'sd' }],
      hardware: [{ pipeline: 'live', model_id: 'sd', gpu_info: { '0': { id: 'GPU-1', name: 'RTX', major: 12, memory_free: 1, memory_total: 2 } } }],
    }; // prettier-ignore
    const bare = { address: '0xC', orch_uri: 'https://p:8935', capabilities_prices: null, hardware: null };
    const { rows } = parse({ orchestrators: [orchestrator, bare] }, shipped('network_capabilities'));
    const of = { orchestrator: '0xA', local_address: '0xB', orch_uri: 'https://o:8935' };
    expect(rows).toEqual([
      { row: 'gpu', ...of, pipeline: 'live', model_id: 'sd', gpu_index: '0', gpu_id: 'GPU-1', gpu_name: 'RTX', memory_total_bytes: '2', memory_free_bytes: '1', major: '12' },
      { row: 'model', ...of, version: '0.8.9', capability: '35', model_id: 'sd', warm: 'true', runner_version: '1', capacity: '2' },
      { row: 'price', ...of, capability: '35', model_id: 'sd', price_per_unit: '5', pixels_per_unit: '1' },
    ]); // prettier-ignore
  });

  test('of the leaderboard: a test a row, by region', () => {
    const { rows } = parse(
      { FRA: [{ region: 'FRA', success_rate: 1 }, { region: 'FRA' }], SEA: null },
      shipped('leaderboard_raw_stats'),
    );
    expect(rows).toEqual([
      { row: 'test', region: 'FRA', success_rate: '1' },
      { row: 'test', region: 'FRA' },
    ]);
  });
});

describe('GPU counters', () => {
  const dcgm = shipped('dcgm_metrics');
  const labels = (more: string): string => `{gpu="0",UUID="GPU-1",modelName="A100",${more}}`;

  test('of one GPU are one row, a slice of it another; what a device does not have is left out', () => {
    const text = [
      `DCGM_FI_DEV_GPU_UTIL${labels('hostname="n1"')} 40`,
      `DCGM_FI_DEV_FB_USED${labels('hostname="n1"')} 1024`,
      `DCGM_FI_DEV_MEMORY_TEMP${labels('hostname="n1"')} 9223372036854775794`,
      `DCGM_FI_PROF_GR_ENGINE_ACTIVE${labels('Hostname="n1",GPU_I_PROFILE="1g.10gb",GPU_I_ID="8"')} 0.029399`,
      'DCGM_FI_DEV_GPU_UTIL 5',
      'DCGM_FI_SOMETHING_NEW{gpu="0",UUID="GPU-1"} 1',
    ].join('\n');
    const { rows, text: payload } = parsePayload(Buffer.from(text), dcgm);
    expect(rows).toEqual([
      { row: 'gpu', gpu_index: '0', gpu_id: 'GPU-1', gpu_name: 'A100', host: 'n1', gpu_util_percent: '40', fb_used_mib: '1024' },
      { row: 'gpu', gpu_index: '0', gpu_id: 'GPU-1', gpu_name: 'A100', host: 'n1', mig_profile: '1g.10gb', mig_instance: '8', gr_engine_active_ratio: '0.029399' },
    ]); // prettier-ignore
    expect(JSON.parse(payload)).toHaveLength(6);
  });

  test('are the fields that the exporter is told to write', () => {
    const counters = readFileSync(join(ROOT, 'dcgm', 'counters.csv'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')); // prettier-ignore
    for (const line of counters) expect(line).toMatch(/^DCGM_FI_(DEV|PROF)_[A-Z_]+, (gauge|counter), [^,]+$/);
    const written = counters.map((line) => line.split(',')[0]);
    const read =
      dcgm.parser === 'prometheus' ? dcgm.rows.flatMap(({ columns }) => Object.values(columns)) : [];
    expect([...read].sort()).toEqual([...written].sort());
  });
});
