import { parsePrometheus } from './prometheus';

describe('Prometheus text', () => {
  test('reads names, labels with escapes, values and timestamps', () => {
    const text = [
      '# HELP livepeer_versions Version',
      '# TYPE livepeer_versions gauge',
      'livepeer_versions{node_id="a\\"b\\\\c\\nd",goos="linux"} 1 1767908945298',
      'plain 2.5e3\r',
      'spaced { a = "1" , } -7',
      'braces{a="}",b="{x}"} .5',
      'empty{} 1.',
      '',
    ].join('\n');
    expect(parsePrometheus(text)).toEqual([
      { name: 'livepeer_versions', labels: { node_id: 'a"b\\c\nd', goos: 'linux' }, value: 1 },
      { name: 'plain', labels: {}, value: 2500 },
      { name: 'spaced', labels: { a: '1' }, value: -7 },
      { name: 'braces', labels: { a: '}', b: '{x}' }, value: 0.5 },
      { name: 'empty', labels: {}, value: 1 },
    ]);
  });

  test.each(['NaN', '+Inf', '-Inf', '1e400', '9223372036854775794', '140737488355330.000000'])(
    'gives null for %s',
    (value) => {
      expect(parsePrometheus(`DCGM_FI_DEV_GPU_TEMP{gpu="0"} ${value}`)[0]!.value).toBeNull();
    },
  );

  test('keeps a number of another exporter that only DCGM means as none', () => {
    expect(parsePrometheus('bytes_total 140737488355328')[0]!.value).toBe(140_737_488_355_328);
  });

  test('keeps the declared metrics only', () => {
    const text = 'a_one 1\na_two 2\nb 3\n';
    expect(parsePrometheus(text, ['a_*']).map((s) => s.name)).toEqual(['a_one', 'a_two']);
    expect(parsePrometheus(text, ['b']).map((s) => s.name)).toEqual(['b']);
  });

  test('a label called as a part of every object is a label', () => {
    const [sample] = parsePrometheus('x{__proto__="a",constructor="b"} 1');
    expect(JSON.stringify(sample!.labels)).toBe('{"__proto__":"a","constructor":"b"}');
  });

  test.each([
    ['x{a="1" 2', 'line 1: expected a label or "}", found "a="1" 2"'],
    ['x{a="1', 'line 1: expected a label or "}"'],
    ['x{a="1",a="2"} 2', 'line 1: expected no second label "a"'],
    ['ok 1\nx abc', 'line 2: expected a number, found "abc"'],
    ['x 0x10', 'expected a number, found "0x10"'],
    ['ok 1\n{a="1"} 2', 'line 2: expected a metric name'],
    ['<html>', 'line 1: expected a metric name, found "<html>"'],
    ['x', 'line 1: expected a number, found ""'],
  ])('refuses %j with the line and what was found', (text, message) => {
    expect(() => parsePrometheus(text)).toThrow(message);
  });

  test('reads a line of a hundred thousand labels, and a value of backslashes, in time that grows with their length', () => {
    const labels = Array.from({ length: 100_000 }, (_, i) => `l${i}="v"`).join(',');
    const began = performance.now();
    expect(Object.keys(parsePrometheus(`x{${labels}} 1`)[0]!.labels)).toHaveLength(100_000);
    expect(() => parsePrometheus(`x{a="${'\\'.repeat(1_000_000)}`)).toThrow('expected a label');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
