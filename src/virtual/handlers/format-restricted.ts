/** FORMAT UNIT of a DVD-RW: whole, or as much as its border grows. */
import type { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import { finishRecording } from '../finish-recording.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { GROWING_TYPES, RESTRICTED_FORMAT, restrictedFormatted } from '../recording/restricted-overwrite.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { MEDIA_EVENT } from '../news.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { QUICK_MS, wholeDiscMs } from './blank.js';

type FormatRequest = ReturnType<typeof formatUnitParameterList.decode>;

const QUICK_TYPES: readonly number[] = [RESTRICTED_FORMAT.quick, RESTRICTED_FORMAT.quickGrow];

/** Until a format of the whole disc is finished, the tables say that there is none. */
const begun = (before: MediumTables, keeps: boolean): MediumTables =>
  keeps ? before : { ...before, underway: 'format', format: null, tracks: [], sessions: [] };

/** What is refused is refused before anything is lost; what grows keeps what is on the medium. */
export const startRestrictedFormat = async (drive: VirtualDrive, request: FormatRequest): Promise<void> => {
  const { formatType, formatSubType, numberOfBlocks, immediate } = request;
  if (formatSubType !== 0) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  const keeps = GROWING_TYPES.includes(formatType);
  // What was taken before it is recorded before it.
  if (keeps) finishRecording(drive);
  const before = drive.tables;
  const after = restrictedFormatted(before, formatType, numberOfBlocks);
  drive.buffer.clear();
  drive.endSimulation();
  await drive.announce(begun(before, keeps));
  const finish = async (): Promise<void> => {
    if (!keeps) await drive.medium?.discardAllBut([]);
    drive.tables = after;
    drive.news.raise(MEDIA_EVENT.newMedia);
  };
  const durationMs = QUICK_TYPES.includes(formatType) ? QUICK_MS : wholeDiscMs(drive);
  await drive.operations.start({ sense: '2/04/04', durationMs, finish }, immediate);
};
