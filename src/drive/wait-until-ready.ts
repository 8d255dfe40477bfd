import { askReady } from './ask-ready.js';
import type { DriveSession } from './drive-session.js';
import type { Patience } from './repetition.js';

/** Waits until a drive has done what it does by itself; throws what it says instead. */
export const waitUntilReady = async (
  session: DriveSession,
  patience: Patience & { readonly busyMs: number },
): Promise<void> => {
  const outcome = await askReady(session, patience);
  if (!outcome.ok) throw outcome.error;
};
