import { regionVariable } from './regions';

const FILE = 'ksql/regions.yaml';
const entriesOf = (text: string): string[] =>
  [
    ...regionVariable(text, FILE)
      .region!.default.toString()
      .matchAll(/'([^']*\|[^']+)'/g),
  ].map(([, entry]) => entry!);

describe('regions', () => {
  test('networks become their bits, the longest first; bits of the host are left out', () => {
    const text =
      'a: { networks: [10.0.0.0/8, "2001:db8::/33"] }\nb: { networks: [10.1.255.255/15, 0.0.0.0/0] }';
    expect(entriesOf(text)).toEqual([
      '6:001000000000000100001101101110000|a',
      '4:000010100000000|b',
      '4:00001010|a',
      '4:|b',
      ' |unknown',
    ]);
  });

  test('an IPv6 network is the same however it is written', () => {
    for (const network of ['2001:0DB8:0:0:0:0:0:1/128', '2001:db8::0.0.0.1/128', '2001:db8::1/128'])
      expect(entriesOf(`a: { networks: ["${network}"] }`)[0]).toBe(
        `6:00100000000000010000110110111000${'0'.repeat(95)}1|a`,
      );
  });

  test('hosts are whole names in lower case; without a table everything is unknown', () => {
    expect(entriesOf('a: { hosts: [Orch.Example] }')).toEqual(['host:orch.example$|a', ' |unknown']);
    expect(entriesOf('')).toEqual([' |unknown']);
  });

  test.each([
    ['a: { networks: [10.0.0.0/33] }', /a\.networks\.0: expected a network/],
    ['a: { networks: [10.0.0.0] }', /expected a network/],
    ['a: { networks: ["::/129"] }', /expected a network/],
    ['a: { hosts: ["it\'s"] }', /a\.hosts\.0: expected a host name/],
    ['"a|b": { hosts: [x] }', /a\|b: Invalid key in record/],
    ['a: { cidr: [10.0.0.0/8] }', /Unrecognized key/i],
    ['a: { hosts: [x] }\nb: { hosts: [X] }', /b: X is already in a/],
    ['a: { networks: [10.0.0.0/8] }\nb: { networks: [10.9.9.9/8] }', /b: 10\.9\.9\.9\/8 is already in a/],
  ])('refuses %s', (text, message) => {
    expect(() => regionVariable(text, FILE)).toThrow(message);
    expect(() => regionVariable(text, FILE)).toThrow(FILE);
  });
});
