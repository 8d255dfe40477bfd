import { closeTrackSession } from '../../scsi/commands/close-track-session.js';
import { synchronizeCache } from '../../scsi/commands/synchronize-cache.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { closeTrack, finalizesDisc, finalizesSession, finishRecording } from '../finish-recording.js';
import { blocksWithin30mm } from '../recording/layers.js';
import { hasPseudoOverwrite } from '../recording/blu-ray.js';
import { backgroundStopped, blocksToFill, leadOutWritten } from '../recording/overwritable.js';
import { borderClosed } from '../recording/restricted-overwrite.js';
import { closedSession, incompleteTrack, invisibleTrack, openSession } from '../recording/sequential.js';
import { isGovernedByPage } from '../recording/write-mode.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { MEDIA_EVENT } from '../news.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { settle } from './read.js';
import type { Handler } from './request.js';

const INVISIBLE = 0xff;
/** Lead-out and lead-in of a first session of a CD; closure and intro of DVD+R take about as long (unverified). */
const CLOSING_BLOCKS = 11_400;
const BLOCK_KB = 2.048;
const MINIMAL_RADIUS = 5;

/** One more than the last recorded block of a medium that is formatted in the background. */
const overwrittenEnd = ({ tables: { format, tracks }, medium }: VirtualDrive): number => {
  const [track] = tracks;
  if (format === null || format.background === 'none' || track === undefined) return 0;
  return medium?.file(track).recordedEnd() ?? 0;
};

/** At the minimal radius what lies between the recording and 30 mm is filled. */
const closingMs = (drive: VirtualDrive, closeFunction: number): number => {
  const { tables } = drive;
  const filled =
    closeFunction === MINIMAL_RADIUS ? blocksWithin30mm(tables) - (tables.tracks.at(-1)?.end ?? 0) : 0;
  const blocks = CLOSING_BLOCKS + Math.max(0, filled) + blocksToFill(tables, overwrittenEnd(drive));
  return (blocks * BLOCK_KB * 1000) / Math.max(1, drive.pace.writeKBps);
};

/** A session that a cue sheet laid out begins with a pre-gap, which belongs to its first track. */
const hasPreGap = ({ medium }: VirtualDrive, track: MediumTrack): boolean => {
  const before = track.start - track.firstUnit;
  return before > 0 && medium?.file(track).touches(0, before) === true;
};

const isEmpty = (drive: VirtualDrive, track: MediumTrack): boolean =>
  track.reserved && !track.damaged && track.nextWritable <= track.start && !hasPreGap(drive, track);

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
  if (isEmpty(drive, track)) throw refusal('5/72/04');
  closeTrack(drive, track);
};

const requireClosedTracks = (drive: VirtualDrive): void => {
  const open = drive.tables.tracks.filter(({ state }) => state === 'open');
  if (open.some((track) => isEmpty(drive, track))) throw refusal('5/72/04');
  if (open.length > 0) throw refusal('5/72/03');
};

/** Functions 2, 5 and 6. An empty session stays as it is unless the disc is to be finalized. */
const closeLast = (drive: VirtualDrive, finalize: boolean): void => {
  const { tables } = drive;
  requireClosedTracks(drive);
  if (openSession(tables) !== undefined) drive.tables = closedSession(tables, finalize);
  else if (finalize && tables.sessions.length > 0) drive.tables = { ...tables, finalized: true };
  drive.endSimulation();
};

/** growisofs closes the session of a BD-R that it formatted for pseudo overwrite, and drives refuse (Novell 656502). */
const closeSession = (drive: VirtualDrive): void => {
  if (drive.kind?.family === 'cd') closeLast(drive, finalizesDisc(drive));
  else closeLast(drive, isGovernedByPage(drive.tables) && finalizesSession(drive));
};

const stopFormat = (drive: VirtualDrive): void => {
  drive.tables = backgroundStopped(drive.tables);
};

/** Whatever ends a border of a formatted DVD-RW; on other media, a background format. */
const closeFormatted = (drive: VirtualDrive): void => {
  drive.tables = borderClosed(leadOutWritten(drive.tables, overwrittenEnd(drive)));
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
  random: { 0: stopFormat, 2: closeFormatted, 3: closeFormatted },
};

const TRACK_FUNCTION = 1;
const SESSION_FUNCTION = 2;
const STOP_FUNCTION = 0;

/** What the function does to this medium, if that can be done: what can be refused is refused at once, also with Immed. */
const allowedClose = (drive: VirtualDrive, closeFunction: number): Close => {
  const { kind } = drive;
  if (!drive.canRecord || kind === undefined) throw refusal('5/30/05');
  const run = FUNCTIONS[kind.recording][closeFunction];
  if (run === undefined || !kind.closeFunctions.includes(closeFunction)) throw refusal(INVALID_FIELD_IN_CDB);
  if (closeFunction === SESSION_FUNCTION && hasPseudoOverwrite(drive.tables))
    throw refusal(INVALID_FIELD_IN_CDB);
  if (drive.cue !== undefined) throw refusal('5/2C/00');
  return run;
};

export const closeTrackOrSession: Handler = async (drive, { cdb }) => {
  const { closeFunction, logicalTrackNumber, immediate } = closeTrackSession.decode(cdb);
  const run = allowedClose(drive, closeFunction);
  await settle(drive);
  const wholeSession = closeFunction !== TRACK_FUNCTION && closeFunction !== STOP_FUNCTION;
  if (wholeSession && drive.kind?.recording === 'sequential') requireClosedTracks(drive);
  const finish = (): void => {
    run(drive, logicalTrackNumber);
    // The kernel keeps the old capacity until it hears of a new medium.
    if (wholeSession) drive.news.raise(MEDIA_EVENT.newMedia);
  };
  if (!wholeSession) {
    finish();
    return undefined;
  }
  await drive.operations.start(
    { sense: '2/04/07', durationMs: closingMs(drive, closeFunction), finish },
    immediate,
  );
  return undefined;
};

export const flush: Handler = async (drive, { cdb }) => {
  const { immediate } = synchronizeCache.decode(cdb);
  if (!drive.canRecord) return undefined;
  const durationMs = drive.buffer.flush();
  const finish = (): void => {
    finishRecording(drive);
  };
  await drive.operations.start({ sense: '2/04/08', durationMs, finish }, immediate);
  return undefined;
};
