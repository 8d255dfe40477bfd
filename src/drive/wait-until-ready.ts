import { askReady } from './ask-ready.js';
import { type DriveSession, isMediumError } from './drive-session.js';
import type { Patience } from './repetition.js';

/**
 * Waits until a drive has done what it does by itself; throws what it says instead. One that says what is wrong with its
 * medium is done: a rewritable one whose tables are lost is blanked all the same.
 */
export const waitUntilReady = async (
  session: DriveSession,
  patience: Patience & { readonly busyMs: number },
): Promise<void> => {
  const outcome = await askReady(session, patience);
  if (!outcome.ok && !isMediumError(outcome)) throw outcome.error;
};
