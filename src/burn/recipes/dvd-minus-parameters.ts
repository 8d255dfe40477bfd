import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10 } from '../../scsi/structures/mode-parameter-header.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

/** Link and packet size of DVD, in blocks. */
const ECC_BLOCK = 16;

/** MMC-5 §7.5. Increments are fixed packets of whole ECC blocks, linked at ECC blocks. */
const MODES = {
  incremental: { writeType: 0, title: 'in increments' },
  dao: { writeType: 2, title: 'disc at once' },
  'layer-jump': { writeType: 4, title: 'layer jumps' },
} as const;
export type DvdMinusMode = keyof typeof MODES;

interface Wanted {
  readonly bufferUnderrunFree: boolean;
  readonly testWrite: boolean;
  /** 3: another border may follow; 0: none. */
  readonly multiSession: 0 | 3;
}

/** Composed anew, as libburn does: the defaults of some drives are not legal. */
const selectWriteParameters = (mode: DvdMinusMode, wanted: Wanted): PlannedCommand => {
  const increments = mode === 'incremental';
  const page = writeParameters.encode({
    ...wanted,
    linkSizeValid: increments,
    writeType: MODES[mode].writeType,
    fixedPacket: increments,
    trackMode: 5,
    dataBlockType: 8,
    linkSize: increments ? ECC_BLOCK : 0,
    hostApplicationCode: 0,
    sessionFormat: 0,
    packetSize: increments ? ECC_BLOCK : 0,
    audioPauseLength: 0,
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

const settingParameters = (mode: DvdMinusMode, wanted: Wanted): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'calibrate',
    title: `Set the write parameters: ${MODES[mode].title}`,
    command: selectWriteParameters(mode, wanted),
    alternatives: [orElse(selectWriteParameters(mode, { ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });

const wantedOf = ({ bufferUnderrunFree, options, closes }: Burn): Wanted => ({
  bufferUnderrunFree,
  testWrite: options.simulate,
  multiSession: closes === 'session' || (options.simulate && options.close === 'session') ? 3 : 0,
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
    command: selectWriteParameters(mode, { ...wantedOf(burn), testWrite: false }),
    alternatives: [orSkip()],
  });
