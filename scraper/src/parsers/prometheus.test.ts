import { parsePrometheus } from './prometheus';

describe('Prometheus text', () => {
  test('reads names, labels with escapes, values and timestamps', () => {
    const text = [
      '# HELP livepeer_versions Version',
      '# TYPE livepeer_versions gauge',
      'livepeer_versions{node_id="a\\"b\\\\c\\nd",goos="linux"} 1 1767908945298',
      'plain 2.5e3',
      'spaced { a = "1" , } -7',
      '',
    ].join('\n');
    expect(parsePrometheus(text)).toEqual([
      { name: 'livepeer_versions', labels: { node_id: 'a"b\\c\nd', goos: 'linux' }, value: 1 },
      { name: 'plain', labels: {}, value: 2500 },
      { name: 'spaced', labels: { a: '1' }, value: -7 },
    ]);
  });

  test.each(['NaN', '+Inf', '-Inf', '9223372036854775794'])('gives null for %s', (value) => {
    expect(parsePrometheus(`DCGM_FI_DEV_GPU_TEMP{gpu="0"} ${value}`)[0]!.value).toBeNull();
  });

  test('keeps the declared metrics only', () => {
    const text = 'a_one 1\na_two 2\nb 3\n';
    expect(parsePrometheus(text, ['a_*']).map((s) => s.name)).toEqual(['a_one', 'a_two']);
    expect(parsePrometheus(text, ['b']).map((s) => s.name)).toEqual(['b']);
  });

  test.each([
    ['x{a="1" 2', 'line 1: expected a label or "}"'],
    ['ok 1\nx abc', 'line 2: "abc" is no number'],
    ['ok 1\n{a="1"} 2', 'line 2: expected a metric name'],
    ['x', 'line 1: "" is no number'],
  ])('refuses %j with the line and what was found', (text, message) => {
    expect(() => parsePrometheus(text)).toThrow(message);
  });
});
