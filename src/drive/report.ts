import type { DriveReport } from './drive.js';
import type { DriveSession } from './drive-session.js';
import { knowingHabits } from './knowing-habits.js';
import { type Look, look } from './look.js';
import { readBasics } from './read-basics.js';
import { readCapabilities } from './read-capabilities.js';
import { readIdentity } from './read-identity.js';
import { readMedium } from './read-medium.js';
import type { QuirkRow } from './quirk.js';
import { quirksOf, trusted } from './quirks.js';

/**
 * Asks a drive for everything that planning needs; `configured` are rows of quirks beside our own, `lookAt` is for who must know what the drive
 * tells of its medium.
 */
export const readReport = async (
  session: DriveSession,
  configured: readonly QuirkRow[] = [],
  lookAt: (session: DriveSession) => Promise<Look> = look,
): Promise<DriveReport> => {
  const { contents } = await lookAt(session);
  const asked = knowingHabits(session);
  const basics = await readBasics(asked);
  const identity = await readIdentity(asked, basics);
  const quirks = quirksOf(identity, configured);
  const capabilities = trusted(await readCapabilities(asked, basics), quirks);
  const report = { identity, capabilities, contents, quirks };
  return contents === 'ready' ? { ...report, medium: await readMedium(asked, basics) } : report;
};
