/** What a flush, an eject and switching off do to a recording that is underway. */
import { WRITE_TYPE } from '../scsi/mode-pages/write-parameters.js';
import { CLUSTER_BLOCKS } from './media/bd.js';
import type { MediumTrack } from './medium/medium-tables.js';
import { finishedSession } from './recording/cue-session.js';
import { isBdR } from './recording/blu-ray.js';
import {
  closedSession,
  closedTrack,
  incompleteTrack,
  paddedEnd,
  replaceTrack,
} from './recording/sequential.js';
import { isGovernedByPage, trackAtOnce } from './recording/write-mode.js';
import { MEDIA_EVENT } from './news.js';
import type { VirtualDrive } from './virtual-drive.js';

const ANOTHER_SESSION = 3;

/** Fills a track up to where it may end. */
const padded = (drive: VirtualDrive, track: MediumTrack): MediumTrack => {
  const end = paddedEnd(drive.tables, track);
  drive.fill(track, track.nextWritable, end);
  return { ...track, nextWritable: end };
};

export const closeTrack = (drive: VirtualDrive, track: MediumTrack): void => {
  drive.tables = replaceTrack(drive.tables, closedTrack(drive.tables, padded(drive, track)));
};

/** Mode page 05h, Multi-session: whether the session that is closed leaves room for another. */
export const finalizesDisc = ({ pages }: VirtualDrive): boolean =>
  pages.writeParameters.multiSession !== ANOTHER_SESSION;

/** The same where the medium may leave no choice: a DVD-R DL has one session, if it is not recorded in jumps. */
export const finalizesSession = (drive: VirtualDrive): boolean =>
  finalizesDisc(drive) || drive.tables.sessions.length >= (drive.kind?.maxSessions ?? 1);

/** A session that a cue sheet laid out ends by itself when its last sector is on the medium. */
const finishCue = (drive: VirtualDrive): void => {
  const { cue } = drive;
  if (cue === undefined || cue.next < cue.leadOut) return;
  drive.cue = undefined;
  drive.tables = finishedSession(drive.tables, finalizesDisc(drive));
  drive.endSimulation();
};

/** A DVD that is recorded at once ends with the flush: what was reserved is filled, the lead-out follows. */
const finishAtOnce = (drive: VirtualDrive): void => {
  const track = trackAtOnce(drive.tables);
  if (track === undefined || track.damaged) return;
  closeTrack(drive, track);
  drive.tables = closedSession(drive.tables, finalizesSession(drive));
  drive.endSimulation();
  drive.news.raise(MEDIA_EVENT.newMedia);
};

/** Increments of a reserved track end with an ECC block, too. */
const finishReserved = (drive: VirtualDrive): void => {
  const open = drive.tables.tracks.filter(
    ({ state, reserved, damaged }) => state === 'open' && reserved && !damaged,
  );
  for (const track of open) {
    const end = Math.min(track.end, Math.ceil(track.nextWritable / eccBlocks(drive)) * eccBlocks(drive));
    drive.fill(track, track.nextWritable, end);
    drive.tables = replaceTrack(drive.tables, { ...track, nextWritable: end });
  }
};

const eccBlocks = ({ kind }: VirtualDrive): number => kind?.eccBlocks ?? 1;

/** BD-R has several open tracks, each of which goes on with a whole cluster. */
const finishClusters = (drive: VirtualDrive): void => {
  for (const track of drive.tables.tracks) {
    const next = Math.ceil(track.nextWritable / CLUSTER_BLOCKS) * CLUSTER_BLOCKS;
    if (track.state !== 'open' || next === track.nextWritable) continue;
    drive.fill(track, track.nextWritable, next);
    drive.tables = replaceTrack(drive.tables, { ...track, nextWritable: next });
  }
};

/** A reserved one, too, takes one recording: what the host did not send is padded. Those of a cue sheet end with it. */
const reservedTrackOfCd = ({ cue, kind, tables, pages }: VirtualDrive): MediumTrack | undefined =>
  kind?.family === 'cd' && cue === undefined && pages.writeParameters.writeType === WRITE_TYPE.trackAtOnce
    ? tables.tracks.find(
        ({ state, reserved, nextWritable, start }) => state === 'open' && reserved && nextWritable > start,
      )
    : undefined;

const finishOpenTrack = (drive: VirtualDrive): void => {
  const { tables, kind } = drive;
  const incomplete = kind?.recording === 'sequential' ? incompleteTrack(tables) : undefined;
  const track = incomplete ?? reservedTrackOfCd(drive);
  if (track === undefined || track.damaged) return;
  if (kind?.family === 'cd') closeTrack(drive, track);
  else drive.tables = replaceTrack(tables, padded(drive, track));
};

/** A track written at once ends with the flush; DVD+R and BD-R go on with a new ECC block. */
const finishTrack = (drive: VirtualDrive): void => {
  if (isGovernedByPage(drive.tables)) finishAtOnce(drive);
  if (drive.kind?.family === 'dvd' && drive.kind.recording === 'sequential') finishReserved(drive);
  if (isBdR(drive.tables)) finishClusters(drive);
  else finishOpenTrack(drive);
};

export const finishRecording = (drive: VirtualDrive): void => {
  drive.buffer.recordRest();
  if (drive.medium === undefined) return;
  finishCue(drive);
  finishTrack(drive);
  // A session at once is underway until its last sector has come.
  if (drive.tables.underway === 'write' && drive.cue === undefined)
    drive.tables = { ...drive.tables, underway: null, writing: undefined };
};
