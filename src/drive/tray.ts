import { SpindleError, isSpindleError } from '../errors.js';
import { preventAllowMediumRemoval } from '../scsi/commands/prevent-allow-medium-removal.js';
import { startStopUnit } from '../scsi/commands/start-stop-unit.js';
import { withoutData } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifAnswered } from './if-known.js';
import { waitUntilReady } from './wait-until-ready.js';

/** libburn gives a tray 300 s, spinning up and reading in a medium included. */
const LOAD_MS = 300_000;

/** USB bridges may not know the command; then the button of the drive works all the time. */
const removal = async (session: DriveSession, prevent: boolean): Promise<void> => {
  await ifAnswered(() => session.run(withoutData(preventAllowMediumRemoval, { prevent })));
};

export const lockTray = (session: DriveSession): Promise<void> => removal(session, true);
export const unlockTray = (session: DriveSession): Promise<void> => removal(session, false);

const move = (session: DriveSession, start: boolean, signal?: AbortSignal): Promise<Uint8Array> =>
  session.run(withoutData(startStopUnit, { powerCondition: 0, loadEject: true, start }, LOAD_MS), {
    busyMs: LOAD_MS,
    ...(signal && { signal }),
  });

export const eject = async (session: DriveSession, signal?: AbortSignal): Promise<void> => {
  await unlockTray(session);
  await move(session, false, signal);
};

/** What the drive said stays with it; what it means is that nothing was put on the tray. */
const asEmpty = (error: unknown): unknown =>
  isSpindleError(error) && error.code === 'medium-not-present'
    ? new SpindleError('medium-not-present', 'The tray is closed, and there is no medium in the drive.', {
        cause: error,
        ...(error.scsi && { scsi: error.scsi }),
      })
    : error;

/** Draws the tray in and waits for the medium to be read in; fails with `medium-not-present` when there is none. */
export const load = async (session: DriveSession, signal?: AbortSignal): Promise<void> => {
  try {
    await move(session, true, signal);
    await waitUntilReady(session, { busyMs: LOAD_MS, ...(signal && { signal }) });
  } catch (error) {
    throw asEmpty(error);
  }
};
