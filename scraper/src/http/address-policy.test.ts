import { createAddressPolicy } from './address-policy';

describe('address policy', () => {
  const policy = createAddressPolicy(['10.1.0.0/16', '127.0.0.0/8', 'fd00:1::/32', '169.254.0.0/16']);

  test.each([
    ['10.1.2.3', 'lies in a declared range'],
    ['127.0.0.1', 'is loopback, declared'],
    ['fd00:1::5', 'is an IPv6 address in a declared range'],
    ['::ffff:10.1.2.3', 'is IPv4-mapped into a declared range'],
    ['0:0:0:0:0:FFFF:0A01:0203', 'is the same, written out'],
    ['64:ff9b::10.1.2.3', 'is behind NAT64, in a declared range'],
  ])('lets a configured target reach %s, which %s', (address) => {
    expect(policy.refusal(address, 'configured')).toBeUndefined();
  });

  test.each([
    '10.2.0.1',
    '192.168.1.1',
    '::1',
    'fe80::1',
    '::ffff:192.168.1.1',
    '8.8.8.8',
    '2606:4700::1111',
  ])('refuses %s to a configured target outside the declared ranges', (address) =>
    expect(policy.refusal(address, 'configured')).toMatch('allowed_cidrs'),
  );

  test('lets a configured target reach public addresses where "public" is declared, and no others', () => {
    const open = createAddressPolicy(['public']);
    expect(open.refusal('8.8.8.8', 'configured')).toBeUndefined();
    expect(open.refusal('10.1.2.3', 'configured')).toMatch('allowed_cidrs');
  });

  test('opens a metadata service only by a range that names nothing else', () => {
    for (const address of ['169.254.169.254', '::ffff:a9fe:a9fe']) {
      expect(policy.refusal(address, 'configured')).toMatch('metadata service');
      expect(createAddressPolicy(['0.0.0.0/0', '::/0']).refusal(address, 'configured')).toMatch('metadata');
      expect(createAddressPolicy(['169.254.169.254/32']).refusal(address, 'configured')).toBeUndefined();
    }
    expect(createAddressPolicy(['169.254.169.254']).refusal('169.254.169.254', 'configured')).toBeUndefined();
  });

  test.each([
    '10.1.2.3', '127.0.0.1', '127.255.255.254', '169.254.169.254', '100.64.0.1', '100.100.100.200', '0.0.0.0', '0.1.2.3',
    '172.31.255.255', '192.0.0.192', '198.19.0.1', '224.0.0.1', '255.255.255.255', '168.63.129.16',
    '::1', '::', 'fd00:1::5', 'fd00:ec2::254', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::a01:203', '64:ff9b:1::a01:203',
    '2002:a01:203::1', '2001:0:4136:e378::1', '2001:db8::1', '3fff::1', '100::1', '5f00::1', '4000::1',
  ])('refuses %s to a discovered target, declared or not', (address) => {
    expect(policy.refusal(address, 'discovered')).toMatch('not public');
  }); // prettier-ignore

  test.each(['8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '64:ff9b::808:808', '::ffff:8.8.8.8'])(
    'lets a discovered target reach %s',
    (address) => expect(policy.refusal(address, 'discovered')).toBeUndefined(),
  );

  test.each([
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fd00::/129',
    'Public',
    '',
  ])('names "%s" as a range that is none', (cidr) =>
    expect(() => createAddressPolicy([cidr])).toThrow(`"${cidr}" is no CIDR range`),
  );

  test('refuses what is no address', () => {
    expect(policy.refusal('not-an-ip', 'discovered')).toMatch('no IP address');
  });
});
