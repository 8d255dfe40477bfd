import { sendDiscStructure } from '../../scsi/commands/send-disc-structure.js';
import { encodeDiscStructure } from '../../scsi/structures/disc-structure.js';
import { dvdLayerJump } from '../../scsi/structures/dvd-structures.js';
import type { Step } from '../step.js';
import type { Burn } from './recipe.js';
import { plannedCommand, stepOf } from './step-of.js';

const ECC_BLOCK = 16;
/** MMC-5 §6.34.3, format 23h: the last block before the next jump. */
const MANUAL_LAYER_JUMP = 0x23;

/** Half of what comes lies on either layer, as cdrecord has it. */
const lastBlockBefore = ({ start, blocks, padding }: Burn['placement']): number =>
  start + Math.ceil((blocks + padding) / 2 / ECC_BLOCK) * ECC_BLOCK - 1;

export const jumpInTheMiddle = ({ placement }: Burn): Step => {
  const last = lastBlockBefore(placement);
  const data = encodeDiscStructure(dvdLayerJump.encode({ blocks: last }));
  return stepOf({
    do: 'set-layer-jump',
    phase: 'calibrate',
    title: `Let the drive jump to the other layer behind block ${last}`,
    command: plannedCommand(
      sendDiscStructure,
      { mediaType: 0, format: MANUAL_LAYER_JUMP, structureDataLength: data.length },
      { data },
    ),
  });
};
