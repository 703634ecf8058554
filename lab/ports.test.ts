import { PORT_OFFSETS, resolvePorts } from './ports';

describe('resolvePorts', () => {
  it('adds fixed offsets to the base', () => {
    expect(resolvePorts(19000)).toMatchObject({
      kafka: 19092,
      ingest: 19093,
      registry: 19081,
      kafka3: 19292,
    });
  });

  it('moves one port alone', () => {
    const ports = resolvePorts(24000, { kafka: 9092 });
    expect(ports.kafka).toBe(9092);
    expect(ports.ingest).toBe(24093);
  });

  it('gives every name a port of its own', () => {
    expect(new Set(Object.values(resolvePorts(20000))).size).toBe(Object.keys(PORT_OFFSETS).length);
  });

  it.each([
    [
      32300,
      'port of "simulators" is 32800, expected 1024 to 32767: change NAAP_PORT_BASE or NAAP_PORT_SIMULATORS',
    ],
    [0, 'port of "scraper" is 70, expected 1024 to 32767: change NAAP_PORT_BASE or NAAP_PORT_SCRAPER'],
  ])('refuses base %i, where a port leaves the range', (base, message) => {
    expect(() => resolvePorts(base)).toThrow(message);
  });

  it('takes the highest base that fits', () => {
    expect(resolvePorts(32267).simulators).toBe(32767);
  });

  it('names both owners of a port that is given twice', () => {
    expect(() => resolvePorts(19000, { minio: 19092 })).toThrow('port 19092 is given to "minio" and "kafka"');
  });

  it('lists every problem at once', () => {
    expect(() => resolvePorts(19000, { kafka: 40000, minio: 19083 })).toThrow(
      /"kafka" is 40000[\s\S]*port 19083 is given/,
    );
  });
});
