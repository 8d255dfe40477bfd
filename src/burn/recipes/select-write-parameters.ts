import type { InputsOf } from '../../binary/layout.js';
import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { encodeModePage } from '../../scsi/mode-pages/mode-page.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10 } from '../../scsi/structures/mode-parameter-header.js';
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
  | Exclude<keyof Wanted, keyof DrivePage>
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
export const selectWriteParameters = (
  way: WayOfWriting,
  { writeParametersBytes = writeParameters.size, ...wanted }: Wanted,
): PlannedCommand => {
  const values = {
    ...way,
    ...wanted,
    hostApplicationCode: 0,
    sessionFormat: 0,
    mediaCatalogNumber: new Uint8Array(16),
    internationalStandardRecordingCode: new Uint8Array(16),
    subHeader: new Uint8Array(4),
  };
  const page = encodeModePage(writeParameters, values, writeParametersBytes - PAGE_HEADER);
  const header = modeParameterHeader10.encode({ modeDataLength: 0, mediumType: 0, blockDescriptorLength: 0 });
  const data = new Uint8Array(header.length + page.length);
  data.set(header);
  data.set(page, header.length);
  return plannedCommand(modeSelect10, { pageFormat: true, parameterListLength: data.length }, { data });
};
