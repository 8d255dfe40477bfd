import type { InputsOf } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';
import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { modeSelect6 } from '../../scsi/commands/mode-select-6.js';
import { encodeModePage } from '../../scsi/mode-pages/mode-page.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10, modeParameterHeader6 } from '../../scsi/structures/mode-parameter-header.js';
import type { PlannedCommand } from '../step.js';
import type { DrivePage } from './drive-page.js';
import type { Burn } from './recipe.js';
import { plannedCommand } from './step-of.js';

type Page = InputsOf<typeof writeParameters>;

/** What differs from recording to recording. */
export interface Wanted extends DrivePage {
  readonly bufferUnderrunFree: boolean;
  readonly testWrite: boolean;
  /** 3: another session or border may follow; 0: none. */
  readonly multiSession: 0 | 3;
}

/** What belongs to the way of recording. */
export type WayOfWriting = Omit<
  Page,
  | keyof Wanted
  | 'hostApplicationCode'
  | 'sessionFormat'
  | 'mediaCatalogNumber'
  | 'internationalStandardRecordingCode'
  | 'subHeader'
>;

export const wantedOf = ({ bufferUnderrunFree, options, closes, writeParametersBytes }: Burn): Wanted => ({
  bufferUnderrunFree,
  writeParametersBytes,
  testWrite: options.simulate,
  multiSession: closes === 'session' || (options.simulate && options.close === 'session') ? 3 : 0,
});

const PAGE_HEADER = 2;

/** MMC-5 §7.5, composed anew and as long as the drive's own, as libburn does: the defaults of some drives are not legal. */
const pageFor = (
  way: WayOfWriting,
  { writeParametersBytes = writeParameters.size, ...wanted }: Wanted,
): Uint8Array => {
  const values = {
    ...way,
    ...wanted,
    hostApplicationCode: 0,
    sessionFormat: 0,
    mediaCatalogNumber: new Uint8Array(16),
    internationalStandardRecordingCode: new Uint8Array(16),
    subHeader: new Uint8Array(4),
  };
  return encodeModePage(writeParameters, values, writeParametersBytes - PAGE_HEADER);
};

const HEADER = { modeDataLength: 0, mediumType: 0, blockDescriptorLength: 0 };

/** MODE SELECT (10), which MMC wants of every drive. */
export const selectWriteParameters = (way: WayOfWriting, wanted: Wanted): PlannedCommand => {
  const data = concatenate(modeParameterHeader10.encode(HEADER), pageFor(way, wanted));
  return plannedCommand(modeSelect10, { pageFormat: true, parameterListLength: data.length }, { data });
};

/** What the length in MODE SELECT (6) can say. */
const MOST_BYTES = 0xff;

/** The same by MODE SELECT (6), which bridges know alone; undefined where the list is too long for it. */
export const selectWriteParametersShort = (way: WayOfWriting, wanted: Wanted): PlannedCommand | undefined => {
  const data = concatenate(modeParameterHeader6.encode(HEADER), pageFor(way, wanted));
  if (data.length > MOST_BYTES) return undefined;
  return plannedCommand(modeSelect6, { pageFormat: true, parameterListLength: data.length }, { data });
};
