import { closeTrackSession } from '../../scsi/commands/close-track-session.js';
import { repairTrack as repairTrackCdb } from '../../scsi/commands/repair-track.js';
import type { PlannedCommand, Step } from '../step.js';
import { synchronize, synchronizing } from './shared-steps.js';
import { REFUSED, TIMEOUT_MS, UNDERWAY, first, orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

const NO_SEQUENCE = ['5/2C/*'];

const closeCommand = (closeFunction: number, logicalTrackNumber: number): PlannedCommand =>
  plannedCommand(
    closeTrackSession,
    { immediate: true, closeFunction, logicalTrackNumber },
    { timeoutMs: TIMEOUT_MS.wholeOperation },
  );

/** MMC-5 §6.3, function 1 */
export const closeTrack = (track: number): Step =>
  stepOf({
    do: 'close-track',
    phase: 'close',
    title: `Close track ${track}`,
    alters: true,
    command: closeCommand(1, track),
    alternatives: [first(synchronizing(false), NO_SEQUENCE)],
    ...UNDERWAY,
  });

/** MMC-5 §6.28: ends what a loss of power left in the middle of a packet. Drives that do not know it may close all the same. */
export const repairTrack = (track: number): Step =>
  stepOf({
    do: 'repair-track',
    phase: 'close',
    title: `Repair track ${track}, which lost its end`,
    alters: true,
    command: plannedCommand(
      repairTrackCdb,
      { immediate: true, logicalTrackNumber: track },
      { timeoutMs: TIMEOUT_MS.wholeOperation },
    ),
    alternatives: [orSkip()],
    ...UNDERWAY,
  });

/** A session that a cue sheet laid out ends by itself behind its last sector, which this awaits. */
export const closeBySynchronizing = (what: 'session' | 'disc'): Step => ({
  ...synchronize,
  do: what === 'disc' ? 'close-disc' : 'close-session',
  phase: 'close',
  title: `Write what is left in the drive's buffer; the drive closes the ${what} by itself`,
});

/** The same where the track may be closed already. */
export const closeTrackOnceMore = (track: number): Step => {
  const step = closeTrack(track);
  return { ...step, alternatives: [...step.alternatives, orSkip([...REFUSED, ...NO_SEQUENCE])] };
};

/** MMC-5 §6.3, functions 2, 5 and 6; `functions` in the order of preference. */
export const close = (what: 'session' | 'disc', functions: readonly [number, ...number[]]): Step => {
  const [preferred, ...others] = functions;
  return stepOf({
    do: what === 'disc' ? 'close-disc' : 'close-session',
    phase: 'close',
    title: what === 'disc' ? 'Close the disc' : 'Close the session and leave the disc appendable',
    alters: true,
    command: closeCommand(preferred, 0),
    alternatives: [
      first(synchronizing(false), NO_SEQUENCE),
      ...others.map((other) => orElse(closeCommand(other, 0), ['5/24/*', '5/26/*'])),
    ],
    ...UNDERWAY,
  });
};

/** MMC-5 §6.3, function 0: ends a background format here; without one it does nothing. */
export const stopFormat = stepOf({
  do: 'stop-format',
  phase: 'close',
  title: 'End the background format',
  alters: true,
  command: closeCommand(0, 0),
  alternatives: [orSkip([...REFUSED, ...NO_SEQUENCE])],
  ...UNDERWAY,
});
