import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { serveSocket } from '../../src/transport/serve-socket.js';
import { SHIM_DEVICE, shimEnvironment } from '../interop/shim/shim.js';
import { hasCompiler } from '../support/compiled.js';
import { INVALID_OPCODE, type ScriptedDrive, scriptedDrive } from '../support/scripted-drive.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);
const SCENARIOS = join(import.meta.dirname, 'sg-scenarios.mjs');

let drive: ScriptedDrive;
let socket: string;
let started: string;

/** What the scenario saw: SG_IO of sg.node against the scripted drive, through the shim. */
const scenario = async (name: string): Promise<unknown> => {
  const { stdout } = await run(process.execPath, ['--expose-gc', SCENARIOS, name, SHIM_DEVICE], {
    env: { ...shimEnvironment(socket), STARTED: started },
  });
  return JSON.parse(stdout) as unknown;
};

describe.skipIf(!hasCompiler())('SG_IO (skipped where gcc is missing)', () => {
  beforeEach(async () => {
    const folder = temporaryFolder();
    socket = join(folder, 'drive.sock');
    started = join(folder, 'started');
    drive = scriptedDrive();
    const server = await serveSocket(socket, {
      execute: (command) => {
        const answer = drive.execute(command);
        writeFileSync(started, '');
        return answer;
      },
    });
    onTestFinished(async () => {
      drive.release();
      await server.close();
    });
  });

  it('says how much of a reply is missing and leaves what is behind it alone', async () => {
    expect(await scenario('short-reply')).toMatchObject({
      answer: { status: 0, hostStatus: 0, residual: 64 },
      head: [5, 0x80, 5, 0x32, 31],
      behind: 0xaa,
    });
  });

  it('brings the sense of a refused command', async () => {
    expect(await scenario('sense')).toMatchObject({ status: 2, driverStatus: 8, sense: [...INVALID_OPCODE] });
  });

  it('brings the host status of a command that did not get through', async () => {
    expect(await scenario('host-error')).toMatchObject({ status: 0, hostStatus: 7 });
  });

  it('brings DID_TIME_OUT for a drive that does not answer in time', async () => {
    expect(await scenario('timeout')).toMatchObject({ hostStatus: 3 });
  });

  it('reads a mebibyte into an aligned buffer', async () => {
    expect(await scenario('read-aligned')).toMatchObject({ answer: { residual: 0 }, right: true });
  });

  it('writes straight from a SharedArrayBuffer, in order and one at a time', async () => {
    expect(await scenario('write-shared')).toMatchObject(Array(4).fill({ status: 0, residual: 0 }));
    const written = drive.executed.map((command) =>
      command.direction === 'to-drive' ? command.data : undefined,
    );
    expect(written.map((data) => data?.length)).toEqual([65536, 65536, 65536, 65536]);
    expect(written.every((data, index) => data?.every((byte) => byte === index))).toBe(true);
    expect(drive.mostAtOnce).toBe(1);
  });

  it('keeps data in its place that nobody but the command refers to', async () => {
    expect(await scenario('kept-alive')).toBe(true);
    const intact = drive.executed.every(
      (command, i) => command.direction === 'to-drive' && command.data.every((byte) => byte === i),
    );
    expect(intact).toBe(true);
  });

  it('lets the running command end and rejects the waiting one when it is closed', async () => {
    expect(await scenario('close-while-busy')).toMatchObject({
      rejected: { code: 'ECANCELED' },
      answered: { hostStatus: 3 },
      after: { code: 'EBADF' },
    });
  });

  it('does not keep a process from leaving while a command is stuck', async () => {
    expect(await scenario('exit-while-stuck')).toBe('leaving');
  });

  it('does not keep a process alive while it is idle', async () => {
    expect(await scenario('end-when-idle')).toBe('idle');
  });

  it('refuses a second holder of the drive', async () => {
    expect(await scenario('second-holder')).toMatchObject({ code: 'EAGAIN', syscall: 'flock' });
  });

  it('may look at a drive that somebody holds', async () => {
    expect(await scenario('look-beside-holder')).toMatchObject({ status: 0 });
  });

  it('refuses what no kernel takes, before it reaches the drive', async () => {
    expect(await scenario('giants')).toMatchObject(Array(11).fill({ code: 'EINVAL' }));
    expect(drive.executed).toEqual([]);
  });
});
