import { sameBytes } from '../binary/same-bytes.js';
import { forSelection } from '../scsi/mode-pages/mode-page.js';
import { readWriteErrorRecovery } from '../scsi/mode-pages/read-write-error-recovery.js';
import type { DriveSession } from './drive-session.js';
import { readModePages } from './describe-mode-pages.js';
import { ifAnswered } from './if-known.js';
import { sendModePage } from './select-mode-page.js';

const { code } = readWriteErrorRecovery;

interface Pages {
  readonly current: Uint8Array;
  readonly changeable: Uint8Array;
  readonly wanted: Uint8Array;
}

/** Bridges answer with zeros, or with the mask, whatever values they are asked for. */
const isCredible = ({ current, changeable, wanted }: Pages): boolean => {
  const { readContinuous, disableCorrection, readRetryCount } = readWriteErrorRecovery.decode(wanted);
  return (
    wanted.length === current.length &&
    wanted.every((byte, at) => ((byte ^ (current[at] ?? 0)) & ~(changeable[at] ?? 0)) === 0) &&
    !readContinuous &&
    !disableCorrection &&
    readRetryCount > 0
  );
};

/**
 * Sets how a drive recovers from errors (page 01h) to its default values, where some client has set something else: without correction, or where data
 * must go on, a drive may answer GOOD with bytes that are not those on the medium. What the drive refuses stays as it is, and so does what has a
 * default that no drive can mean.
 */
export const restoreErrorRecovery = async (session: DriveSession): Promise<void> => {
  await ifAnswered(async () => {
    const now = (await readModePages(session, code, 'current')).get(code);
    const byDefault = (await readModePages(session, code, 'default')).get(code);
    if (!now || !byDefault) return;
    const current = forSelection(now);
    const wanted = forSelection(byDefault);
    if (sameBytes(current, wanted)) return;
    const changeable = (await readModePages(session, code, 'changeable')).get(code);
    if (changeable && isCredible({ current, changeable, wanted })) await sendModePage(session, wanted);
  });
};
