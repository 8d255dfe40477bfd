import { sameBytes } from '../binary/same-bytes.js';
import { readWriteErrorRecovery } from '../scsi/mode-pages/read-write-error-recovery.js';
import type { DriveSession } from './drive-session.js';
import { readModePages } from './describe-mode-pages.js';
import { ifKnown } from './if-known.js';
import { sendModePage } from './select-mode-page.js';

const { code } = readWriteErrorRecovery;

/**
 * Sets how a drive recovers from errors (page 01h) to its default values, where some client has set something else: with few tries, or none,
 * a drive may answer GOOD with bytes that are not those on the medium. What the drive refuses stays as it is.
 */
export const restoreErrorRecovery = async (session: DriveSession): Promise<void> => {
  await ifKnown(async () => {
    const now = (await readModePages(session, code, 'current')).get(code);
    const wanted = (await readModePages(session, code, 'default')).get(code);
    if (now && wanted && !sameBytes(now, wanted)) await sendModePage(session, wanted);
  });
};
