import { preventAllowMediumRemoval } from '../../scsi/commands/prevent-allow-medium-removal.js';
import { startStopUnit } from '../../scsi/commands/start-stop-unit.js';
import { synchronizeCache } from '../../scsi/commands/synchronize-cache.js';
import { ANCHOR_BLOCK } from '../../udf/anchor-places.js';
import type { BurnOptions } from '../options.js';
import { isAppending, isWithin } from '../placement.js';
import type { Comparison, PlannedCommand, Step, Transfer } from '../step.js';
import type { Burn } from './recipe.js';
import { TIMEOUT_MS, UNDERWAY, first, orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

/** MMC-5 §6.41 */
export const synchronizing = (immediate: boolean): PlannedCommand =>
  plannedCommand(
    synchronizeCache,
    { immediate, logicalBlockAddress: 0, numberOfBlocks: 0 },
    { timeoutMs: TIMEOUT_MS.wholeOperation },
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

const partTitle = ({ placement }: Burn, index: number, start: number): string => {
  if (index === 0) return 'Write what is new';
  if (isWithin(placement)) return 'Write descriptors of the volume anew, in their places';
  return start < ANCHOR_BLOCK ? 'Write the descriptors of the volume' : 'Write the anchor of the volume';
};

/**
 * What is new comes first and is safe before the volume's descriptors change: whatever happens until then, readers find
 * the old volume.
 */
const grow = (burn: Burn, perCommand: number): readonly Step[] => {
  const { parts } = burn.placement;
  let first = 0;
  return parts.flatMap(({ start, blocks }, index) => {
    const { transfer, ...step } = write(burn, perCommand);
    const written = {
      ...step,
      title: partTitle(burn, index, start),
      ...(transfer && { transfer: { ...transfer, start, blocks, first, padding: 0 } }),
    };
    first += blocks;
    return index > 0 ? [synchronize, written] : [written];
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
