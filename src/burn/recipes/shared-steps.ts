import { blank } from '../../scsi/commands/blank.js';
import { closeTrackSession } from '../../scsi/commands/close-track-session.js';
import { preventAllowMediumRemoval } from '../../scsi/commands/prevent-allow-medium-removal.js';
import { repairTrack as repairTrackCdb } from '../../scsi/commands/repair-track.js';
import { setCdSpeed } from '../../scsi/commands/set-cd-speed.js';
import { setStreaming } from '../../scsi/commands/set-streaming.js';
import { startStopUnit } from '../../scsi/commands/start-stop-unit.js';
import { synchronizeCache } from '../../scsi/commands/synchronize-cache.js';
import { hasQuirk } from '../../drive/quirks.js';
import { streamingPerformance } from '../../scsi/structures/streaming-performance.js';
import type { MediumExpectation } from '../medium-expectation.js';
import type { BurnOptions } from '../options.js';
import { isAppending } from '../placement.js';
import type { Comparison, PlannedCommand, Step, Transfer } from '../step.js';
import type { Burn } from './recipe.js';
import { REFUSED, TIMEOUT_MS, first, orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

const UNDERWAY = { readyWithinMs: TIMEOUT_MS.wholeOperation } as const;
const NO_SEQUENCE = ['5/2C/*'];

const synchronizing = (immediate: boolean): PlannedCommand =>
  plannedCommand(
    synchronizeCache,
    { immediate, logicalBlockAddress: 0, numberOfBlocks: 0 },
    { timeoutMs: immediate ? TIMEOUT_MS.long : TIMEOUT_MS.wholeOperation },
  );

const closing = (closeFunction: number, logicalTrackNumber: number): PlannedCommand =>
  plannedCommand(
    closeTrackSession,
    { immediate: true, closeFunction, logicalTrackNumber },
    { timeoutMs: TIMEOUT_MS.long },
  );

export const lock = stepOf({
  do: 'lock',
  phase: 'load',
  title: 'Lock the tray',
  command: plannedCommand(preventAllowMediumRemoval, { prevent: true }),
  alternatives: [orSkip()],
});

export const unlock = stepOf({
  do: 'unlock',
  phase: 'unload',
  title: 'Unlock the tray',
  command: plannedCommand(preventAllowMediumRemoval, { prevent: false }),
  alternatives: [orSkip()],
});

export const eject = stepOf({
  do: 'eject',
  phase: 'unload',
  title: 'Eject the medium',
  command: plannedCommand(
    startStopUnit,
    { powerCondition: 0, loadEject: true, start: false },
    { timeoutMs: TIMEOUT_MS.long },
  ),
  alternatives: [first(plannedCommand(preventAllowMediumRemoval, { prevent: false }), ['5/53/02'])],
});

const BLANKING = {
  full: { type: 0, title: 'Blank the whole medium' },
  minimal: { type: 1, title: 'Blank the medium minimally' },
  session: { type: 6, title: 'Erase the last session' },
} as const;

const blanking = (blankingType: number): PlannedCommand =>
  plannedCommand(
    blank,
    { immediate: true, blankingType, startAddressTrackNumber: 0 },
    { timeoutMs: TIMEOUT_MS.long },
  );

/**
 * MMC-5 §6.2. A full CD-RW takes tens of minutes to blank wholly; minimally, its tables go and its blocks stay
 * unreachable. Where only the last session was to go, no other blanking may take its place.
 */
export const blankMedium = ({ medium, options, placement }: Burn): Step => {
  const { type, title } = BLANKING[options.blanking];
  const alone = options.blanking === 'session' && isAppending(placement);
  return stepOf({
    do: 'blank',
    phase: 'format',
    title,
    alters: true,
    command: blanking(type),
    alternatives: alone || type === BLANKING.full.type ? [] : [orElse(blanking(BLANKING.full.type))],
    ...(alone && { leaves: withoutSession(medium, placement) }),
    ...UNDERWAY,
  });
};

/** Where nothing is to be recorded afterwards. */
export const blankAs = (what: 'full' | 'minimal'): Step => {
  const { type, title } = BLANKING[what];
  return stepOf({
    do: 'blank',
    phase: 'format',
    title,
    alters: true,
    command: blanking(type),
    alternatives: what === 'full' ? [] : [orElse(blanking(BLANKING.full.type))],
    ...UNDERWAY,
  });
};

/** What lies before the place of the image stays. */
const withoutSession = (
  { kind, tracks }: Burn['medium'],
  { session, start }: Burn['placement'],
): MediumExpectation => ({
  kind,
  status: 'appendable',
  sessions: session - 1,
  recordedTracks: tracks.filter((track) => !track.blank && track.session < session).length,
  nextWritable: start,
});

const cdSpeed = (kBps: number): PlannedCommand =>
  plannedCommand(setCdSpeed, {
    rotationalControl: 0,
    logicalUnitReadSpeed: 0xffff,
    logicalUnitWriteSpeed: Math.min(kBps, 0xffff),
  });

/** MMC-5 §6.37. Some drives refuse a speed just below theirs, so that cdrecord asks for 1x (177 kB/s) more then. */
export const setSpeedOfCd = ({ speedKBps }: Burn): readonly Step[] =>
  speedKBps === undefined
    ? []
    : [
        stepOf({
          do: 'set-speed',
          phase: 'calibrate',
          title: `Set the speed to ${speedKBps} kB/s`,
          command: cdSpeed(speedKBps),
          alternatives: [orElse(cdSpeed(speedKBps + 177), ['5/24/*', '5/26/*']), orSkip()],
        }),
      ];

/** MMC-5 §6.39 for all blocks up to `endLba`. */
const streamingSpeed = ({ medium }: Burn, speedKBps: number, endLba: number): PlannedCommand => {
  const fastest = medium.writeSpeeds[0]?.kBps ?? speedKBps;
  const data = streamingPerformance.encode({
    writeRotationControl: 0,
    startLba: 0,
    endLba,
    readSize: Math.max(fastest, speedKBps),
    readTime: 1000,
    writeSize: speedKBps,
    writeTime: 1000,
  });
  return plannedCommand(setStreaming, { type: 0, parameterListLength: data.length }, { data });
};

/** Drives that say so of their last block take the one before (LG GSA-4081B). */
const OUT_OF_RANGE = ['5/21/*', '5/26/*'];

/** SET STREAMING is what drives of today know for DVD and BD; older ones know SET CD SPEED. */
export const setSpeedOfDisc = (burn: Burn): readonly Step[] => {
  const { speedKBps, medium, quirks } = burn;
  if (speedKBps === undefined) return [];
  const last = Math.max(0, medium.capacity - 1);
  const step = {
    do: 'set-speed',
    phase: 'calibrate',
    title: `Set the speed to ${speedKBps} kB/s`,
  } as const;
  if (hasQuirk(quirks, 'no-set-streaming'))
    return [stepOf({ ...step, command: cdSpeed(speedKBps), alternatives: [orSkip()] })];
  return [
    stepOf({
      ...step,
      command: streamingSpeed(burn, speedKBps, last),
      alternatives: [
        orElse(streamingSpeed(burn, speedKBps, Math.max(0, last - 1)), OUT_OF_RANGE),
        orElse(cdSpeed(speedKBps)),
        orSkip(),
      ],
    }),
  ];
};

export const check = stepOf({
  do: 'check',
  phase: 'calibrate',
  title: 'Read the medium again: it must be ready to be written where the plan says',
});

/** What the option makes of WRITE (10). */
const COMMAND: Readonly<Record<BurnOptions['onWrite'], Pick<Transfer, 'command'>>> = {
  drive: {},
  verify: { command: 'write-and-verify' },
  stream: { command: 'write-streaming' },
};

/** `leading`: blocks of zeros before the image, as a pre-gap wants them. */
export const write = ({ placement, options }: Burn, perCommand: number, leading = 0): Step =>
  stepOf({
    do: 'write',
    phase: 'write',
    title: options.simulate ? 'Test write, laser at reading power' : 'Write the image',
    alters: !options.simulate,
    transfer: {
      start: placement.start - leading,
      leading,
      blocks: placement.blocks,
      padding: placement.padding,
      first: 0,
      perCommand,
      headLast: 0,
      ...COMMAND[options.onWrite],
      timeoutMs: TIMEOUT_MS.long,
    },
  });

/**
 * What is new comes first and is safe before the volume's descriptors change: whatever happens until then, readers find
 * the old volume.
 */
const grow = (burn: Burn, perCommand: number): readonly Step[] => {
  const { parts } = burn.placement;
  let first = 0;
  return parts.flatMap(({ start, blocks }, index) => {
    const last = index === parts.length - 1;
    const { transfer, ...step } = write(burn, perCommand);
    const written = {
      ...step,
      title: last ? 'Write the descriptors of the volume' : 'Write what is new',
      ...(transfer && { transfer: { ...transfer, start, blocks, first, padding: 0 } }),
    };
    first += blocks;
    return last ? [synchronize, written] : [written];
  });
};

/** Blocks 0 to 31: system area, volume descriptors, and on BD one whole cluster. */
const HEAD = 32;

/**
 * Overwrites the first blocks by zeros, then writes the image from behind them on and its first blocks last. In
 * between, no reader takes what is on the medium for a volume, neither the old one nor half of the new.
 */
export const overwrite = (burn: Burn, perCommand: number): readonly Step[] => {
  if (isAppending(burn.placement)) return grow(burn, perCommand);
  const { transfer, ...step } = write(burn, perCommand);
  return [
    stepOf({
      do: 'invalidate',
      phase: 'write',
      title: 'Overwrite the first blocks by zeros until the image is complete',
      alters: true,
      ...(transfer && { transfer: { ...transfer, start: 0, blocks: 0, padding: HEAD } }),
    }),
    { ...step, ...(transfer && { transfer: { ...transfer, headLast: HEAD } }) },
  ];
};

/**
 * MMC-5 §6.41. On CD this also writes the run-out blocks and thereby ends a track at once. It belongs to the writing:
 * noting a phase takes our disk its time, and the drive, which takes no end of data for granted, ran empty meanwhile.
 */
export const synchronize = stepOf({
  do: 'synchronize',
  phase: 'write',
  title: "Write what is left in the drive's buffer",
  alters: true,
  command: synchronizing(true),
  alternatives: [orElse(synchronizing(false))],
  ...UNDERWAY,
});

/** MMC-5 §6.3, function 1 */
export const closeTrack = (track: number): Step =>
  stepOf({
    do: 'close-track',
    phase: 'close',
    title: `Close track ${track}`,
    alters: true,
    command: closing(1, track),
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
      { timeoutMs: TIMEOUT_MS.long },
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
    command: closing(preferred, 0),
    alternatives: [
      first(synchronizing(false), NO_SEQUENCE),
      ...others.map((other) => orElse(closing(other, 0), ['5/24/*', '5/26/*'])),
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
  command: closing(0, 0),
  alternatives: [orSkip([...REFUSED, ...NO_SEQUENCE])],
  ...UNDERWAY,
});

export const prove = stepOf({
  do: 'prove',
  phase: 'close',
  title: 'Read the medium again: it must be what this plan foretells',
});

export const verifying = (comparison: Comparison): Step =>
  stepOf({
    do: 'verify',
    phase: 'verify',
    title: comparison.mode === 'full' ? 'Read back every block and compare' : 'Read back samples and compare',
    comparison,
  });
