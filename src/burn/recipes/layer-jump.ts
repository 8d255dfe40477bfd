import { sendDiscStructure } from '../../scsi/commands/send-disc-structure.js';
import { encodeDiscStructure } from '../../scsi/structures/disc-structure.js';
import { dvdLayerJump } from '../../scsi/structures/dvd-structures.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { orElse, plannedCommand, stepOf } from './step-of.js';

const ECC_BLOCK = 16;
/** MMC-5 §6.34.3: blocks of one layer between two jumps, or the last block before the next jump. */
const FORMATS = { interval: 0x22, manual: 0x23 } as const;

/** Half of what comes lies on either layer, as cdrecord has it. */
const blocksOnLayer = ({ blocks, padding }: Burn['placement']): number =>
  Math.ceil((blocks + padding) / 2 / ECC_BLOCK) * ECC_BLOCK;

const sending = (format: number, blocks: number): PlannedCommand => {
  const data = encodeDiscStructure(dvdLayerJump.encode({ blocks }));
  return plannedCommand(
    sendDiscStructure,
    { mediaType: 0, format, structureDataLength: data.length },
    { data },
  );
};

/**
 * A drive that refuses a single jump may take regular ones at the distance of half of what is recorded, so that none but the first is
 * reached. cdrecord sends the single one alone: that a drive takes the others then, and counts from where the session begins, is
 * unverified. Without either it would go on in layer 0, so that it is not recorded on.
 */
export const jumpInTheMiddle = ({ placement }: Burn): Step => {
  const half = blocksOnLayer(placement);
  const last = placement.start + half - 1;
  return stepOf({
    do: 'set-layer-jump',
    phase: 'calibrate',
    title: `Ask the drive for a jump to the other layer behind block ${last}`,
    command: sending(FORMATS.manual, last),
    alternatives: [orElse(sending(FORMATS.interval, half))],
  });
};
