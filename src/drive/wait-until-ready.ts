import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { testUnitReady } from '../scsi/commands/test-unit-ready.js';
import { discInformation } from '../scsi/structures/disc-information.js';
import { fromDrive, withoutData } from './command.js';
import type { DriveSession } from './drive-session.js';
import type { Patience } from './repetition.js';

/**
 * Waits until a drive has done what it does by itself: spinning up, blanking, formatting, closing. Some drives answer
 * TEST UNIT READY with GOOD while they still close, and tell it with READ DISC INFORMATION only.
 */
export const waitUntilReady = async (
  session: DriveSession,
  patience: Patience & { readonly busyMs: number },
): Promise<void> => {
  await session.run(withoutData(testUnitReady, {}), patience);
  const length = discInformation.size;
  const outcome = await session.attempt(
    fromDrive(readDiscInformation, { dataType: 0, allocationLength: length }, length),
    patience,
  );
  // Drives for pressed media do not know the command; whoever is not ready still says so with key 2.
  if (!outcome.ok && outcome.sense?.key !== 5) throw outcome.error;
};
