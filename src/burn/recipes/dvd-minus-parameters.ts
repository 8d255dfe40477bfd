import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import type { WayOfWriting } from './select-write-parameters.js';
import { writeParameterSteps } from './write-parameter-steps.js';

/** Link and packet size of DVD, in blocks. */
const ECC_BLOCK = 16;

const wayOf = (writeType: number, packet = 0): WayOfWriting => ({
  linkSizeValid: packet > 0,
  writeType,
  fixedPacket: packet > 0,
  trackMode: 5,
  dataBlockType: 8,
  linkSize: packet,
  packetSize: packet,
  audioPauseLength: 0,
});

/** MMC-5 §7.5. Increments are fixed packets of whole ECC blocks, linked at ECC blocks. */
const MODES = {
  incremental: { title: 'in increments', way: wayOf(WRITE_TYPE.packet, ECC_BLOCK) },
  dao: { title: 'disc at once', way: wayOf(WRITE_TYPE.atOnce) },
  'layer-jump': { title: 'layer jumps', way: wayOf(WRITE_TYPE.layerJump) },
};
export type DvdMinusMode = keyof typeof MODES;

export const DVD_MINUS_PARAMETERS = writeParameterSteps(MODES);
