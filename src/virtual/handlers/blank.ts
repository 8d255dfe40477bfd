import { blank } from '../../scsi/commands/blank.js';
import { MEDIA } from '../media.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const BLANKING_TYPE = { disc: 0, minimal: 1, unclose: 5, eraseSession: 6 } as const;
/** About what a minimal blanking and a quick format take. */
export const QUICK_MS = 15_000;
const BLOCK_KB = 2.048;

export const wholeDiscMs = (drive: VirtualDrive): number =>
  (drive.tables.capacity * BLOCK_KB * 1000) / Math.max(1, drive.pace.writeKBps);

const emptied = (tables: MediumTables, blankingType: number): MediumTables => ({
  ...tables,
  layerJump: undefined,
  atOnceOnly: MEDIA[tables.blank].kind === 'dvd-rw' && blankingType === BLANKING_TYPE.minimal,
  underway: null,
  finalized: false,
  sessions: [],
  tracks: [],
  format: null,
});

const withoutLastSession = (tables: MediumTables): MediumTables => {
  const sessions = tables.sessions.slice(0, -1);
  const tracks = tables.tracks.filter(({ session }) => session <= sessions.length);
  return { ...tables, underway: null, finalized: false, sessions, tracks };
};

const reopened = (tables: MediumTables): MediumTables => ({
  ...tables,
  underway: null,
  finalized: false,
  sessions: tables.sessions.map((session, at) =>
    at === tables.sessions.length - 1 ? { ...session, leadOut: null } : session,
  ),
});

/** By blanking type: the tables that are left; the tracks that are gone lose their data. */
const BLANKINGS: Readonly<Record<number, (tables: MediumTables, type: number) => MediumTables>> = {
  [BLANKING_TYPE.disc]: emptied,
  [BLANKING_TYPE.minimal]: emptied,
  [BLANKING_TYPE.unclose]: reopened,
  [BLANKING_TYPE.eraseSession]: withoutLastSession,
};

const BLANKABLE: readonly string[] = ['cd-rw', 'dvd-rw', 'dvd-rw-overwrite'];
const isBlankable = ({ kindName }: VirtualDrive): boolean => BLANKABLE.includes(kindName ?? '');

/** Until it is finished the tables say so: a loss of power leaves a medium that must be blanked again. */
export const blankMedium: Handler = async (drive, { cdb }) => {
  const { blankingType, immediate } = blank.decode(cdb);
  if (!drive.canRecord || !isBlankable(drive)) throw refusal('5/30/05');
  const remaining = BLANKINGS[blankingType];
  if (remaining === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  drive.buffer.clear();
  drive.endSimulation();
  const before = drive.tables;
  const after = remaining(before, blankingType);
  drive.tables = { ...before, underway: 'blank' };
  const finish = async (): Promise<void> => {
    await drive.medium?.discardAllBut(after.tracks);
    drive.tables = after;
  };
  const durationMs = blankingType === BLANKING_TYPE.disc ? wholeDiscMs(drive) : QUICK_MS;
  await drive.operations.start({ sense: '2/04/07', durationMs, finish }, immediate);
  return undefined;
};
