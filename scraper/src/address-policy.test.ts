import { createAddressPolicy } from './address-policy';

describe('address policy', () => {
  const policy = createAddressPolicy(['10.1.0.0/16', '127.0.0.0/8', 'fd00:1::/32']);

  test.each([
    ['10.1.2.3', 'lies in a declared range'],
    ['127.0.0.1', 'is loopback, declared'],
    ['fd00:1::5', 'is an IPv6 address in a declared range'],
    ['8.8.8.8', 'is public'],
    ['::ffff:10.1.2.3', 'is IPv4-mapped into a declared range'],
  ])('lets a configured target reach %s, which %s', (address) => {
    expect(policy.refusal(address, 'configured')).toBeUndefined();
  });

  test.each(['10.2.0.1', '192.168.1.1', '169.254.169.254', '::1', 'fe80::1', '::ffff:192.168.1.1'])(
    'refuses %s to a configured target outside the declared ranges',
    (address) => expect(policy.refusal(address, 'configured')).toMatch('allowed_cidrs'),
  );

  test.each([
    '10.1.2.3', '127.0.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '::1', '::', 'fd00:1::5',
    'fe80::1%eth0', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::a01:203', '2002:a01:203::1',
  ])('refuses %s to a discovered target, declared or not', (address) => {
    expect(policy.refusal(address, 'discovered')).toMatch('not public');
  }); // prettier-ignore

  test.each(['8.8.8.8', '2606:4700:4700::1111'])('lets a discovered target reach %s', (address) => {
    expect(policy.refusal(address, 'discovered')).toBeUndefined();
  });

  test('refuses what is no address, and names a bad range', () => {
    expect(policy.refusal('not-an-ip', 'discovered')).toMatch('no IP address');
    expect(() => createAddressPolicy(['10.0.0/8'])).toThrow('"10.0.0/8" is no CIDR range');
  });
});
