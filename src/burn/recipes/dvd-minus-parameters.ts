import type { Step } from '../step.js';
import type { Burn } from './recipe.js';
import {
  selectWriteParameters as select,
  type Wanted,
  wantedOf,
  type WayOfWriting,
} from './select-write-parameters.js';
import { orElse, orSkip, stepOf } from './step-of.js';

/** Link and packet size of DVD, in blocks. */
const ECC_BLOCK = 16;

/** MMC-5 §7.5. Increments are fixed packets of whole ECC blocks, linked at ECC blocks. */
const MODES = {
  incremental: { writeType: 0, title: 'in increments' },
  dao: { writeType: 2, title: 'disc at once' },
  'layer-jump': { writeType: 4, title: 'layer jumps' },
} as const;
export type DvdMinusMode = keyof typeof MODES;

const wayOf = (mode: DvdMinusMode): WayOfWriting => {
  const increments = mode === 'incremental';
  return {
    linkSizeValid: increments,
    writeType: MODES[mode].writeType,
    fixedPacket: increments,
    trackMode: 5,
    dataBlockType: 8,
    linkSize: increments ? ECC_BLOCK : 0,
    packetSize: increments ? ECC_BLOCK : 0,
    audioPauseLength: 0,
  };
};

const settingParameters = (mode: DvdMinusMode, wanted: Wanted): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'calibrate',
    title: `Set the write parameters: ${MODES[mode].title}`,
    command: select(wayOf(mode), wanted),
    alternatives: [orElse(select(wayOf(mode), { ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });

export const setParameters = (mode: DvdMinusMode, burn: Burn): Step =>
  settingParameters(mode, wantedOf(burn));

/** What closing makes of the disc is in the multi-session field. */
export const selectForClosing = (mode: DvdMinusMode, what: 'session' | 'disc'): Step =>
  settingParameters(mode, {
    bufferUnderrunFree: false,
    testWrite: false,
    multiSession: what === 'session' ? 3 : 0,
  });

/** Some drives stay in their test mode until they are told otherwise. */
export const endTestWrite = (mode: DvdMinusMode, burn: Burn): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'close',
    title: 'End the test write',
    command: select(wayOf(mode), { ...wantedOf(burn), testWrite: false }),
    alternatives: [orSkip()],
  });
