import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpindleError } from '../errors.js';
import type { DriveRow } from '../jobs/records.js';
import type { Logger } from '../log.js';
import { prepareOwnDirectory } from '../os/own-directory.js';
import { switchOff } from '../worker/hand.js';
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
const RETRY_MS = 50;

/**
 * Sees to it that a virtual drive with a process of its own is switched on. The process outlives the daemon and the
 * workers, as the power of a real drive does.
 */
export const switchOn = async (folder: string, socketPath: string, logFile: string): Promise<void> => {
  if (await answers(socketPath)) return;
  prepareOwnDirectory(path.dirname(socketPath), 0o700);
  spawnDriveProcess('worker/virtual-home', folder, socketPath, logFile).unref();
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline;) {
    await sleep(RETRY_MS);
    if (await answers(socketPath)) return;
  }
  throw new SpindleError('drive-absent', `The process of the virtual drive in ${folder} does not listen.`);
};

/** Switches a drive off for good that has a process of its own; one that died by itself is off already. */
export const endHome = async ({ id, transport, location }: DriveRow, log: Logger): Promise<void> => {
  if (transport !== 'socket' || location.device === undefined) return;
  await switchOff(location.device).catch((error: unknown) => {
    log.info({ drive: id, err: error }, 'the process of a removed drive was gone already');
  });
};
