import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10 } from '../../scsi/structures/mode-parameter-header.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn, Recipe } from './recipe.js';
import {
  blankMinimally,
  check,
  close,
  closeTrack,
  setSpeedOfCd,
  synchronize,
  write,
} from './shared-steps.js';
import { orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

/** Red Book: no track is shorter than four seconds. */
const SHORTEST_TRACK = 300;
/**
 * Two run-out blocks follow a track written at once, cannot be read and are counted by READ CAPACITY: a kernel that
 * reads ahead fails on them. Two seconds of zeros keep it away (Launchpad #465035).
 */
const READ_AHEAD = 150;

interface Wanted {
  readonly bufferUnderrunFree: boolean;
  readonly testWrite: boolean;
  readonly multiSession: 0 | 3;
}

/** MMC-5 §7.5 for a data track at once, composed anew: the defaults of some drives are not legal. */
const selectWriteParameters = (wanted: Wanted): PlannedCommand => {
  const page = writeParameters.encode({
    ...wanted,
    linkSizeValid: false,
    writeType: 1,
    trackMode: 4,
    dataBlockType: 8,
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

const wantedOf = ({ bufferUnderrunFree, options }: Burn): Wanted => ({
  bufferUnderrunFree,
  testWrite: options.simulate,
  multiSession: options.close === 'session' ? 3 : 0,
});

const setParameters = (burn: Burn): Step => {
  const wanted = wantedOf(burn);
  return stepOf({
    do: 'set-parameters',
    phase: 'calibrate',
    title: 'Set the write parameters: track at once, mode 1',
    command: selectWriteParameters(wanted),
    alternatives: [orElse(selectWriteParameters({ ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });
};

/** Some drives stay in their test mode until they are told otherwise. */
const endTestWrite = (burn: Burn): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'close',
    title: 'End the test write',
    command: selectWriteParameters({ ...wantedOf(burn), testWrite: false }),
    alternatives: [orSkip()],
  });

/** MMC-5 §6.3, function 2: what it makes of the disc is in the multi-session field of the write parameters. */
const closeAsParametersSay = ({ options }: Burn): Step => close(options.close, [2]);

/** CD-R and CD-RW, one data track at once. No CLOSE TRACK: synchronizing ends the track, and some LG drives mind. */
export const cdTao: Recipe = {
  name: 'cd-tao',
  features: [0x2d],
  blocksPerCommand: 16,
  hasSessions: true,
  canSimulate: true,
  padding: (blocks) => Math.max(READ_AHEAD, SHORTEST_TRACK - blocks),
  needed: (blocks) => Math.max(0, SHORTEST_TRACK - blocks),
  steps: (burn) => [
    ...(burn.erase ? [blankMinimally] : []),
    ...setSpeedOfCd(burn),
    setParameters(burn),
    check,
    write(burn, cdTao.blocksPerCommand),
    ...(burn.options.simulate
      ? [{ ...synchronize, alters: false }, endTestWrite(burn)]
      : [synchronize, closeAsParametersSay(burn)]),
  ],
  recovery: (burn) => {
    if (burn.options.simulate) return [synchronize, endTestWrite(burn)];
    if (burn.medium.kind === 'cd-rw') return [synchronize];
    return [synchronize, closeTrack(1), closeAsParametersSay(burn)];
  },
  /** Lead-in and lead-out of the first session are 11,400 sectors at the speed of the rest, calibration some seconds. */
  overheadMs: ({ erase, speedKBps = 1411 }) => 15_000 + (11_400 * 2352) / speedKBps + (erase ? 60_000 : 0),
};
