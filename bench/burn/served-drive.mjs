import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDrive } from '../../dist/drive/drive-session.js';
import { REAL_TIMING } from '../../dist/drive/timing.js';
import { waitUntilReady } from '../../dist/drive/wait-until-ready.js';
import { openSocket } from '../../dist/transport/socket.js';

const spindle = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const source = fileURLToPath(new URL('../../test/interop/shim/sgshim.c', import.meta.url));

/** What programs accept as the name of a drive, and no machine has. */
export const DEVICE = '/dev/sr31';

/**
 * The library by which programs find a virtual drive as a device.
 *
 * @param {string} scratch
 */
export const buildShim = (scratch) => {
  const library = path.join(scratch, 'sgshim.so');
  const flags = ['-shared', '-fPIC', '-O2', '-fno-delete-null-pointer-checks', '-Wno-nonnull-compare'];
  execFileSync('gcc', [...flags, '-o', library, source, '-ldl'], { stdio: ['ignore', 'inherit', 'inherit'] });
  return library;
};

/** @type {Set<import('node:child_process').ChildProcess>} */
const served = new Set();
process.once('exit', () => {
  for (const child of served) child.kill();
});

/**
 * What the kernel does when a program opens a drive: unit attentions and a medium that is loading are its matter.
 *
 * @param {string} socket
 */
const openAsKernel = async (socket) => {
  const transport = await openSocket(socket);
  await waitUntilReady(openDrive({ transport, timing: REAL_TIMING }), { busyMs: 60_000 });
  await transport.close();
};

/**
 * A virtual drive in a process of its own with a new blank in it; in real time, or as fast as it goes.
 *
 * @param {string} scratch
 * @param {string} blank
 * @param {'unlimited' | 'realtime'} speed
 */
export const serveDrive = async (scratch, blank, speed = 'unlimited') => {
  const folder = path.join(scratch, 'drive');
  const socket = path.join(scratch, 's');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const argv = [
    spindle,
    '--json',
    'virtual',
    'serve',
    path.join(folder, 'drive'),
    '--listen',
    socket,
    '--speed',
    speed,
    '--blank',
    blank,
  ];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', speed === 'realtime' ? 'ignore' : 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  served.add(child);
  const { medium } = JSON.parse(String(line));
  await openAsKernel(socket);
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    served.delete(child);
  };
  return {
    socket,
    stop,
    /** Writes what was recorded into a file, once the drive is off. @param {string} file */
    end: async (file) => {
      await stop();
      execFileSync(process.execPath, [spindle, 'virtual', 'export', medium, '-o', file], { stdio: 'ignore' });
    },
  };
};
