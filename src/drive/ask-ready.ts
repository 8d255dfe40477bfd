import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { testUnitReady } from '../scsi/commands/test-unit-ready.js';
import { SENSE_KEYS } from '../scsi/sense.js';
import { discInformation } from '../scsi/structures/disc-information.js';
import { fromDrive, withoutData } from './command.js';
import type { DriveSession, Outcome } from './drive-session.js';
import type { Patience } from './repetition.js';

/**
 * Whether a drive is done with what it does by itself: spinning up, blanking, formatting, closing. Some drives answer TEST
 * UNIT READY with GOOD while they still close, and tell it with READ DISC INFORMATION only. Whoever refuses that with key
 * 5, in whatever words, does not know the command, or not for such a medium; who is not ready still says so with key 2.
 */
export const askReady = async (session: DriveSession, patience: Patience): Promise<Outcome> => {
  const ready = await session.attempt(withoutData(testUnitReady, {}), patience);
  if (!ready.ok) return ready;
  const length = discInformation.size;
  const command = fromDrive(readDiscInformation, { dataType: 0, allocationLength: length }, length);
  const told = await session.attempt(command, patience);
  return !told.ok && told.sense?.key === SENSE_KEYS.illegalRequest ? ready : told;
};
