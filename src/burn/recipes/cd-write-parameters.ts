import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10 } from '../../scsi/structures/mode-parameter-header.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

/** MMC-5 §7.5: write type with the track mode and data block type that belong to it; a cue sheet has its own. */
const MODES = {
  tao: { writeType: 1, trackMode: 4, dataBlockType: 8, title: 'track at once, mode 1' },
  sao: { writeType: 2, trackMode: 0, dataBlockType: 0, title: 'session at once' },
} as const;
export type CdMode = keyof typeof MODES;

interface Wanted {
  readonly bufferUnderrunFree: boolean;
  readonly testWrite: boolean;
  /** 3: another session may follow; 0: none. */
  readonly multiSession: 0 | 3;
}

/** Composed anew: the defaults of some drives are not legal. */
const selectWriteParameters = (mode: CdMode, wanted: Wanted): PlannedCommand => {
  const { writeType, trackMode, dataBlockType } = MODES[mode];
  const page = writeParameters.encode({
    ...wanted,
    linkSizeValid: false,
    writeType,
    trackMode,
    dataBlockType,
    linkSize: 0,
    hostApplicationCode: 0,
    sessionFormat: 0,
    packetSize: 0,
    audioPauseLength: 150,
    mediaCatalogNumber: new Uint8Array(16),
    internationalStandardRecordingCode: new Uint8Array(16),
    subHeader: new Uint8Array(4),
  });
  const header = modeParameterHeader10.encode({ modeDataLength: 0, mediumType: 0, blockDescriptorLength: 0 });
  const data = new Uint8Array(header.length + page.length);
  data.set(header);
  data.set(page, header.length);
  return plannedCommand(modeSelect10, { pageFormat: true, parameterListLength: data.length }, { data });
};

const wantedOf = ({ bufferUnderrunFree, options, closes }: Burn): Wanted => ({
  bufferUnderrunFree,
  testWrite: options.simulate,
  multiSession: closes === 'session' || (options.simulate && options.close === 'session') ? 3 : 0,
});

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
    command: selectWriteParameters(mode, wanted),
    alternatives: [orElse(selectWriteParameters(mode, { ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });

/** Some drives stay in their test mode until they are told otherwise. */
export const endTestWrite = (mode: CdMode, burn: Burn): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'close',
    title: 'End the test write',
    command: selectWriteParameters(mode, { ...wantedOf(burn), testWrite: false }),
    alternatives: [orSkip()],
  });
