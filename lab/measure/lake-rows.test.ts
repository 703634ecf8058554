import { currentRows, newestMetadata } from './lake-rows';

describe('newestMetadata', () => {
  const at = (writtenAt: number, keys: readonly string[]) => keys.map((key) => ({ key, writtenAt }));
  const file = (table: string, number: string): string =>
    `warehouse/raw/${table}/metadata/${number}-aa-bb.metadata.json`;

  it('takes the highest number, not the last in the alphabet', () => {
    const keys = [
      file('telemetry/gateway', '99999'),
      file('telemetry/gateway', '100000'),
      file('telemetry/gateway', '00003'),
    ];
    expect(newestMetadata(at(1, keys), 'telemetry.gateway')).toBe(keys[1]);
  });

  it('takes the later one of a table that was made anew in the same place', () => {
    const [before, anew] = [file('telemetry/gateway', '00042'), file('telemetry/gateway', '00001')];
    expect(newestMetadata([...at(1_000, [before]), ...at(2_000, [anew])], 'telemetry.gateway')).toBe(anew);
  });

  it('looks at that table only', () => {
    const keys = [
      file('telemetry/gateway', '00007'),
      file('telemetry/gate', '00001'),
      file('other/gate', '00009'),
    ];
    expect(newestMetadata(at(1, keys), 'telemetry.gate')).toBe(keys[1]);
  });

  it('finds none where there are manifests and data alone', () => {
    const keys = [
      'warehouse/raw/telemetry/gate/metadata/snap-1-aa.avro',
      'raw/telemetry/gate/dt=2026-01-01/hr=00/a.parquet',
    ];
    expect(newestMetadata(at(1, keys), 'telemetry.gate')).toBeUndefined();
  });
});

describe('currentRows', () => {
  const snapshot = (id: string, rows: number): string =>
    `{"snapshot-id": ${id}, "summary": {"total-records": "${rows}"}}`;

  it('reads the current snapshot, whose 64-bit id differs from another in the last digit only', () => {
    const snapshots = `[${snapshot('8744736658442914486', 10)}, ${snapshot('8744736658442914487', 20)}]`;
    expect(currentRows(`{"current-snapshot-id": 8744736658442914486, "snapshots": ${snapshots}}`)).toBe(10);
    expect(currentRows(`{"current-snapshot-id": 8744736658442914487, "snapshots": ${snapshots}}`)).toBe(20);
  });

  it.each([
    ['{"current-snapshot-id": -1, "snapshots": []}', 'no commit yet'],
    ['{"current-snapshot-id": null}', 'version 2 before the first commit'],
    ['{}', 'version 1 before the first commit'],
  ])('is 0 for %s (%s)', (metadata) => {
    expect(currentRows(metadata)).toBe(0);
  });
});
