import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes, startTimeOf } from './identity';
import {
  findProcess,
  listProcesses,
  logFile,
  pidFile,
  startProcess,
  stopProcess,
  tailLog,
} from './supervisor';

const FOREVER = 'setInterval(() => {}, 1000)';
const STUBBORN = `process.on('SIGTERM', () => {}); console.log('stubborn'); ${FOREVER}`;

describe('supervisor', () => {
  let runDir: string;
  beforeEach(() => (runDir = mkdtempSync(path.join(tmpdir(), 'naap-run-'))));
  afterEach(async () => {
    for (const record of listProcesses(runDir)) await stopProcess(runDir, record.name, 1000);
    rmSync(runDir, { recursive: true });
  });

  const start = (name: string, script: string): ReturnType<typeof startProcess> =>
    startProcess(runDir, { name, command: process.execPath, args: ['-e', script], version: '1', port: 1234 });

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(10);
  }

  it('starts a process, finds it, keeps its output, stops it', async () => {
    const record = await start('talker', `console.log('out'); console.error('err'); ${FOREVER}`);
    expect(findProcess(runDir, 'talker')).toEqual(record);
    await until(() => readFileSync(logFile(runDir, 'talker'), 'utf8').includes('err'));
    // Only now the new program is loaded for sure.
    expect(residentBytes(record.pid)).toBeGreaterThan(1e6);
    expect(await stopProcess(runDir, 'talker')).toBe('stopped');
    expect(findProcess(runDir, 'talker')).toBeUndefined();
    expect(existsSync(pidFile(runDir, 'talker'))).toBe(false);
    expect(tailLog(runDir, 'talker', 2).split('\n').sort()).toEqual(['err', 'out']);
  });

  it('does not start a second one beside a running one', async () => {
    const first = await start('one', FOREVER);
    expect(await start('one', FOREVER)).toEqual(first);
  });

  it('notices a killed process and starts it again', async () => {
    const first = await start('victim', FOREVER);
    process.kill(first.pid, 'SIGKILL');
    await until(() => findProcess(runDir, 'victim') === undefined);
    expect(listProcesses(runDir).map((it) => it.name)).toEqual(['victim']);
    expect((await start('victim', FOREVER)).pid).not.toBe(first.pid);
  });

  it('kills what does not end when asked', async () => {
    await start('stubborn', STUBBORN);
    await until(() => tailLog(runDir, 'stubborn', 1) === 'stubborn');
    expect(await stopProcess(runDir, 'stubborn', 100)).toBe('killed');
  });

  it('never touches another process that got the same number', async () => {
    const stranger = spawn(process.execPath, ['-e', FOREVER]);
    // Start times have a resolution of 10 ms.
    await sleep(50);
    const record = await start('ours', FOREVER);
    await stopProcess(runDir, 'ours');
    writeFileSync(pidFile(runDir, 'ours'), JSON.stringify({ ...record, pid: stranger.pid }));
    expect(findProcess(runDir, 'ours')).toBeUndefined();
    expect(await stopProcess(runDir, 'ours')).toBe('not running');
    expect(startTimeOf(stranger.pid!)).toBeDefined();
    stranger.kill('SIGKILL');
  });

  it('takes a damaged pid file as no process', async () => {
    await start('cut', FOREVER);
    const record = findProcess(runDir, 'cut')!;
    writeFileSync(pidFile(runDir, 'cut'), '{"pid":');
    expect(findProcess(runDir, 'cut')).toBeUndefined();
    writeFileSync(pidFile(runDir, 'cut'), JSON.stringify(record));
  });

  it('says which program cannot be started', async () => {
    const spec = { name: 'nothing', command: '/nowhere/program', args: [] };
    await expect(startProcess(runDir, spec)).rejects.toThrow('cannot start nothing (/nowhere/program)');
  });
});
