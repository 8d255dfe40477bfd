import type { InputsOf } from '../../binary/layout.js';
import { encodeModePage } from '../../scsi/mode-pages/mode-page.js';
import { type ModeSelect, modeSelection } from '../../scsi/mode-pages/mode-selection.js';
import { writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { UNKNOWN_COMMAND } from '../../scsi/unknown-command.js';
import type { Alternative, PlannedCommand } from '../step.js';
import type { DrivePage } from './drive-page.js';
import type { Burn } from './recipe.js';
import { orElse, plannedCommand } from './step-of.js';

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

const planned = ({ cdb, fields, data }: ModeSelect): PlannedCommand => plannedCommand(cdb, fields, { data });

/** The page as it is set, and what is sent instead where the drive does not know that command. */
export const selectWriteParameters = (
  way: WayOfWriting,
  wanted: Wanted,
): { readonly command: PlannedCommand; readonly instead: readonly Alternative[] } => {
  const { long, short } = modeSelection(pageFor(way, wanted));
  return { command: planned(long), instead: short ? [orElse(planned(short), [UNKNOWN_COMMAND])] : [] };
};
