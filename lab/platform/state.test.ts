import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSettings } from '../settings';
import { loadEndpoints, readState, writeState } from './state';

it('says where what runs already answers, whatever ports a later command has', () => {
  const runDir = mkdtempSync(path.join(tmpdir(), 'naap-state-'));
  mkdirSync(path.join(runDir, 'secrets'));
  const settings = (base: string) => readSettings({ NAAP_RUN_DIR: runDir, NAAP_PORT_BASE: base });
  const { ports } = settings('20000');
  const state = { brokers: 1, without: [], ports } as const;
  const first = writeState(settings('20000'), state);
  expect(writeState(settings('21000'), state)).toEqual(first);
  expect(loadEndpoints(runDir)).toEqual(first);
  expect(first.kafka.bootstrap).toEqual([`127.0.0.1:${ports.kafka}`]);
  expect(readState(runDir)).toEqual(state);
  rmSync(runDir, { recursive: true });
});
