import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpindleError } from '../errors.js';
import type { DriveRow } from '../jobs/records.js';
import type { Logger } from '../log.js';
import { prepareOwnDirectory } from '../os/own-directory.js';
import { switchOff } from '../worker/hand.js';
import { comeUp } from './come-up.js';
import { refuseExchanged } from './refuse-exchanged.js';
import { spawnDriveProcess } from './spawn-drive-process.js';

/** `<runtime>/v/<12 hex>.sock`, short enough for a Unix socket wherever those of the workers are. */
export const homeSocketPath = (runtimeDirectory: string, drive: string): string =>
  path.join(runtimeDirectory, 'v', `${createHash('sha256').update(drive).digest('hex').slice(0, 12)}.sock`);

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

const START_LIMIT_MS = 30_000;
const END_LIMIT_MS = 5000;
const HOME_PROGRAM = 'worker/virtual-home';
const RETRY_MS = 50;

/**
 * Sees to it that a virtual drive with a process of its own is switched on. The process outlives the daemon and the
 * workers, as the power of a real drive does.
 * @throws SpindleError `drive-absent` when it does not come up, at once where it ends instead; `program-exchanged`
 */
export const switchOn = async (folder: string, socketPath: string, logFile: string): Promise<void> => {
  if (await answers(socketPath)) return;
  prepareOwnDirectory(path.dirname(socketPath), 0o700);
  refuseExchanged();
  await comeUp(spawnDriveProcess(HOME_PROGRAM, folder, socketPath, logFile), {
    limitMs: START_LIMIT_MS,
    find: async () => (await answers(socketPath)) || undefined,
    failed: (how) =>
      new SpindleError(
        'drive-absent',
        `The process of the virtual drive in ${folder} ${how}; see ${logFile}.`,
      ),
  });
};

/** The process that is the home of the drive in this folder. */
const processesOf = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const words = readText(`/proc/${pid}/cmdline`).split('\0');
      return words.includes(folder) && words.some((word) => word.endsWith(`${HOME_PROGRAM}.js`));
    })
    .map(Number);

/** Nothing where the process has ended, or is another user's. */
const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Whoever is stuck would keep the folder for ever. */
const endStuckHome = async (folder: string, socketPath: string): Promise<void> => {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  for (
    const deadline = performance.now() + END_LIMIT_MS;
    performance.now() < deadline && (await answers(socketPath));
  )
    await sleep(RETRY_MS);
};

/** Switches a drive off for good that has a process of its own; one that died by itself is off already. */
export const endHome = async (
  { id, transport, location }: DriveRow,
  folder: string,
  log: Logger,
): Promise<void> => {
  if (transport !== 'socket' || location.device === undefined) return;
  try {
    await switchOff(location.device);
  } catch (error) {
    log.info({ drive: id, err: error }, 'the process of a removed drive was gone already, or is stuck');
    await endStuckHome(folder, location.device);
  }
};
