import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import { writeParameterSteps } from './write-parameter-steps.js';

const UNLINKED = { linkSizeValid: false, linkSize: 0, packetSize: 0, audioPauseLength: 150 } as const;

/** MMC-5 §7.5: write type with the track mode and data block type that belong to it; a cue sheet has its own. */
export const CD_WRITE_PARAMETERS = writeParameterSteps({
  tao: {
    title: 'track at once, mode 1',
    way: { writeType: WRITE_TYPE.trackAtOnce, trackMode: 4, dataBlockType: 8, ...UNLINKED },
  },
  sao: {
    title: 'session at once',
    way: { writeType: WRITE_TYPE.atOnce, trackMode: 0, dataBlockType: 0, ...UNLINKED },
  },
});
