import { askReady } from './ask-ready.js';
import { type DriveSession, isAboutMedium } from './drive-session.js';
import type { Patience } from './repetition.js';

/**
 * Waits until a drive has done what it does by itself; throws what it says instead. One that says what is wrong with its
 * medium is done: what is not formatted, or has lost its tables, is formatted or blanked all the same.
 */
export const waitUntilReady = async (
  session: DriveSession,
  patience: Patience & { readonly busyMs: number },
): Promise<void> => {
  const outcome = await askReady(session, patience);
  if (!outcome.ok && !isAboutMedium(outcome)) throw outcome.error;
};
