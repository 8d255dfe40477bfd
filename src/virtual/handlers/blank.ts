import { blank } from '../../scsi/commands/blank.js';
import { finishRecording } from '../finish-recording.js';
import { BLANKING_TYPE, type BlankRequest, blankingsOf, blanksPart } from '../recording/blankings.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

/** About what a minimal blanking, one of a part and a quick format take. */
export const QUICK_MS = 15_000;
const BLOCK_KB = 2.048;

export const wholeDiscMs = (drive: VirtualDrive): number =>
  (drive.tables.capacity * BLOCK_KB * 1000) / Math.max(1, drive.pace.writeKBps);

/** Nobody knows any more what there is a part of. */
const isCutShort = ({ tables }: VirtualDrive): boolean =>
  tables.underway === 'blank' || tables.underway === 'format';

/** What is refused is refused before anything is lost. */
const decide = (drive: VirtualDrive, request: BlankRequest) => {
  const blankings = drive.canRecord ? blankingsOf(drive.kindName) : undefined;
  if (blankings === undefined) throw refusal('5/30/05');
  const run = blankings[request.type];
  if (run === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  if (blanksPart(request.type)) {
    if (isCutShort(drive)) throw refusal('3/31/00');
    // What was taken before it is recorded before it.
    finishRecording(drive);
  }
  drive.buffer.clear();
  drive.endSimulation();
  return run(drive.tables, request);
};

/** Until it is finished the tables say so: a loss of power leaves a medium that must be blanked again. */
export const blankMedium: Handler = async (drive, { cdb }) => {
  const { blankingType: type, immediate, startAddressTrackNumber: address } = blank.decode(cdb);
  const { tables, cut } = decide(drive, { type, address });
  await drive.announce({ ...drive.tables, underway: 'blank' });
  const finish = async (): Promise<void> => {
    if (cut !== undefined) drive.medium?.file(cut.track).discard(cut.from - cut.track.firstUnit);
    await drive.medium?.discardAllBut(tables.tracks);
    drive.tables = { ...tables, underway: null };
  };
  const durationMs = type === BLANKING_TYPE.disc ? wholeDiscMs(drive) : QUICK_MS;
  await drive.operations.start({ sense: '2/04/07', durationMs, finish }, immediate);
  return undefined;
};
