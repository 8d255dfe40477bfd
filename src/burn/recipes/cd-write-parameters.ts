import type { Step } from '../step.js';
import type { Burn } from './recipe.js';
import {
  selectWriteParameters as select,
  type Wanted,
  wantedOf,
  type WayOfWriting,
} from './select-write-parameters.js';
import { orElse, orSkip, stepOf } from './step-of.js';

/** MMC-5 §7.5: write type with the track mode and data block type that belong to it; a cue sheet has its own. */
const MODES = {
  tao: { writeType: 1, trackMode: 4, dataBlockType: 8, title: 'track at once, mode 1' },
  sao: { writeType: 2, trackMode: 0, dataBlockType: 0, title: 'session at once' },
} as const;
export type CdMode = keyof typeof MODES;

const wayOf = (mode: CdMode): WayOfWriting => {
  const { writeType, trackMode, dataBlockType } = MODES[mode];
  const unlinked = { linkSizeValid: false, linkSize: 0, packetSize: 0, audioPauseLength: 150 };
  return { writeType, trackMode, dataBlockType, ...unlinked };
};

export const setParameters = (mode: CdMode, burn: Burn): Step => setting(mode, wantedOf(burn));

/** What closing makes of the disc is in the multi-session field. */
export const selectForClosing = (what: 'session' | 'disc'): Step =>
  setting('tao', {
    bufferUnderrunFree: false,
    testWrite: false,
    multiSession: what === 'session' ? 3 : 0,
  });

const setting = (mode: CdMode, wanted: Wanted): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'calibrate',
    title: `Set the write parameters: ${MODES[mode].title}`,
    command: select(wayOf(mode), wanted),
    alternatives: [orElse(select(wayOf(mode), { ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });

/** Some drives stay in their test mode until they are told otherwise. */
export const endTestWrite = (mode: CdMode, burn: Burn): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'close',
    title: 'End the test write',
    command: select(wayOf(mode), { ...wantedOf(burn), testWrite: false }),
    alternatives: [orSkip()],
  });
