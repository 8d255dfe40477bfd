import { closeTrackSession } from '../../scsi/commands/close-track-session.js';
import { reserveTrack as reserveTrackCdb } from '../../scsi/commands/reserve-track.js';
import { synchronizeCache } from '../../scsi/commands/synchronize-cache.js';
import { type MediumTables, type MediumTrack } from '../medium/medium-tables.js';
import { backgroundStopped } from '../recording/overwritable.js';
import {
  closedSession,
  closedTrack,
  currentSession,
  incompleteTrack,
  invisibleTrack,
  openSession,
  paddedEnd,
  replaceTrack,
  reserveTrack,
} from '../recording/sequential.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { MEDIA_EVENT, type VirtualDrive } from '../virtual-drive.js';
import { finishCue } from './cue.js';
import { settle } from './read.js';
import { type Handler } from './request.js';

const ANOTHER_SESSION = 3;
const INVISIBLE = 0xff;
/** Lead-out and lead-in of a first session of a CD; closure and intro of DVD+R take about as long (unverified). */
const CLOSING_BLOCKS = 11_400;
const BLOCK_KB = 2.048;

const closingMs = (drive: VirtualDrive): number =>
  (CLOSING_BLOCKS * BLOCK_KB * 1000) / Math.max(1, drive.writeSpeedKBps());

/** Fills a track up to where it may end, and closes it. */
const close = (drive: VirtualDrive, track: MediumTrack): void => {
  const end = paddedEnd(drive.tables, track);
  drive.fill(track, track.nextWritable, end);
  drive.tables = replaceTrack(drive.tables, closedTrack(drive.tables, { ...track, nextWritable: end }));
};

const isEmpty = ({ reserved, damaged, nextWritable, start }: MediumTrack): boolean =>
  reserved && !damaged && nextWritable <= start;

const trackToClose = (tables: MediumTables, number: number): MediumTrack | undefined => {
  const open = tables.tracks.filter(({ state }) => state === 'open');
  return number === INVISIBLE ? incompleteTrack(tables) : open.find((track) => track.number === number);
};

/** Function 1. A track that is not begun is left as it is. */
const closeOne = (drive: VirtualDrive, number: number): void => {
  const { tables } = drive;
  const highest = invisibleTrack(tables)?.number ?? tables.tracks.length;
  if (number !== INVISIBLE && (number < 1 || number > highest)) throw refusal(INVALID_FIELD_IN_CDB);
  const track = trackToClose(tables, number);
  if (track === undefined) return;
  if (isEmpty(track)) throw refusal('5/72/04');
  close(drive, track);
};

const requireClosedTracks = (tables: MediumTables): void => {
  const open = tables.tracks.filter(({ state }) => state === 'open');
  if (open.some(isEmpty)) throw refusal('5/72/04');
  if (open.length > 0) throw refusal('5/72/03');
};

/** Functions 2, 5 and 6. An empty session stays as it is unless the disc is to be finalized. */
const closeLast = (drive: VirtualDrive, finalize: boolean): void => {
  const { tables } = drive;
  requireClosedTracks(tables);
  if (openSession(tables) !== undefined) drive.tables = closedSession(tables, finalize);
  else if (finalize && tables.sessions.length > 0) drive.tables = { ...tables, finalized: true };
  drive.endSimulation();
};

const closeSession = (drive: VirtualDrive): void => {
  const cd = drive.kind?.family === 'cd';
  closeLast(drive, cd && drive.pages.writeParameters.multiSession !== ANOTHER_SESSION);
};

const stopFormat = (drive: VirtualDrive): void => {
  drive.tables = backgroundStopped(drive.tables);
};

type Close = (drive: VirtualDrive, track: number) => void;

const FUNCTIONS: Readonly<Record<'sequential' | 'random', Readonly<Record<number, Close>>>> = {
  sequential: {
    1: closeOne,
    2: closeSession,
    5: (drive) => {
      closeLast(drive, true);
    },
    6: (drive) => {
      closeLast(drive, true);
    },
  },
  random: { 0: stopFormat, 2: stopFormat, 3: stopFormat },
};

const TRACK_FUNCTION = 1;
const STOP_FUNCTION = 0;

/** What can be refused is refused at once, also with Immed. */
export const closeTrackOrSession: Handler = async (drive, { cdb }) => {
  const { closeFunction, logicalTrackNumber, immediate } = closeTrackSession.decode(cdb);
  const { kind } = drive;
  if (!drive.canRecord || kind === undefined) throw refusal('5/30/05');
  const run = FUNCTIONS[kind.recording][closeFunction];
  if (run === undefined || !kind.closeFunctions.includes(closeFunction)) throw refusal(INVALID_FIELD_IN_CDB);
  if (drive.cue !== undefined) throw refusal('5/2C/00');
  await settle(drive);
  const wholeSession = closeFunction !== TRACK_FUNCTION && closeFunction !== STOP_FUNCTION;
  if (wholeSession && kind.recording === 'sequential') requireClosedTracks(drive.tables);
  const finish = (): void => {
    run(drive, logicalTrackNumber);
    // The kernel keeps the old capacity until it hears of a new medium.
    if (wholeSession) drive.events.push(MEDIA_EVENT.newMedia);
  };
  if (!wholeSession) {
    finish();
    return undefined;
  }
  await drive.start({ sense: '2/04/07', durationMs: closingMs(drive), finish }, immediate);
  return undefined;
};

/** After a flush: a track written at once ends, DVD+R goes on with a new ECC block, a laid out session is complete. */
const afterFlush = (drive: VirtualDrive): void => {
  drive.buffer.recordRest();
  finishCue(drive);
  const { tables, kind } = drive;
  const track = kind?.recording === 'sequential' ? incompleteTrack(tables) : undefined;
  if (track !== undefined && !track.damaged) {
    if (kind?.family === 'cd') close(drive, track);
    else fillEccBlock(drive, track);
  }
  drive.tables = { ...drive.tables, underway: null };
};

const fillEccBlock = (drive: VirtualDrive, track: MediumTrack): void => {
  const end = paddedEnd(drive.tables, track);
  drive.fill(track, track.nextWritable, end);
  drive.tables = replaceTrack(drive.tables, { ...track, nextWritable: end });
};

export const flush: Handler = async (drive, { cdb }) => {
  const { immediate } = synchronizeCache.decode(cdb);
  if (!drive.canRecord) return undefined;
  const durationMs = drive.buffer.flush();
  const finish = (): void => {
    afterFlush(drive);
  };
  await drive.start({ sense: '2/04/08', durationMs, finish }, immediate);
  return undefined;
};

/** RESERVE TRACK, of DVD+R: a fragment with a fixed end. */
export const reserve: Handler = (drive, { cdb }) => {
  const { arsv, rmz, reservationSize } = reserveTrackCdb.decode(cdb);
  if (!drive.canRecord || drive.kindName !== 'dvd+r') throw refusal('5/30/05');
  if (arsv || rmz || reservationSize === 0) throw refusal(INVALID_FIELD_IN_CDB);
  const { tables, kind } = drive;
  if (incompleteTrack(tables) !== undefined) throw refusal('5/2C/00');
  const session = currentSession(tables);
  const fragments = tables.tracks.filter((track) => track.session === session).length;
  if (fragments + 1 >= (kind?.maxTracksPerSession ?? 0)) throw refusal('5/72/05');
  const place = invisibleTrack(tables);
  if (place === undefined) throw refusal('5/72/05');
  if (place.start + reservationSize > tables.capacity) throw refusal('5/21/00');
  drive.tables = reserveTrack(tables, place, reservationSize);
  return undefined;
};
