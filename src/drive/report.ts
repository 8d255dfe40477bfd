import type { DriveReport } from './drive.js';
import type { DriveSession } from './drive-session.js';
import { look } from './look.js';
import { readBasics } from './read-basics.js';
import { readCapabilities } from './read-capabilities.js';
import { readIdentity } from './read-identity.js';
import { readMedium } from './read-medium.js';

/** Asks a drive for everything that planning needs. */
export const readReport = async (session: DriveSession): Promise<DriveReport> => {
  const { contents } = await look(session);
  const basics = await readBasics(session);
  const identity = await readIdentity(session, basics);
  const capabilities = await readCapabilities(session, basics);
  if (contents !== 'ready') return { identity, capabilities, contents };
  return { identity, capabilities, contents, medium: await readMedium(session, basics) };
};
