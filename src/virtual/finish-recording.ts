/** What a flush, an eject and switching off do to a recording that is underway. */
import type { MediumTrack } from './medium/medium-tables.js';
import { finishedSession } from './recording/cue-session.js';
import { closedTrack, incompleteTrack, paddedEnd, replaceTrack } from './recording/sequential.js';
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

/** A session that a cue sheet laid out ends by itself when its last sector is on the medium. */
const finishCue = (drive: VirtualDrive): void => {
  const { cue } = drive;
  if (cue === undefined || cue.next < cue.leadOut) return;
  drive.cue = undefined;
  drive.tables = finishedSession(drive.tables, finalizesDisc(drive));
  drive.endSimulation();
};

/** A track written at once ends with the flush; DVD+R goes on with a new ECC block. */
const finishTrack = (drive: VirtualDrive): void => {
  const { tables, kind } = drive;
  const track = kind?.recording === 'sequential' ? incompleteTrack(tables) : undefined;
  if (track === undefined || track.damaged) return;
  if (kind?.family === 'cd') closeTrack(drive, track);
  else drive.tables = replaceTrack(tables, padded(drive, track));
};

export const finishRecording = (drive: VirtualDrive): void => {
  drive.buffer.recordRest();
  if (drive.medium === undefined) return;
  finishCue(drive);
  finishTrack(drive);
  if (drive.tables.underway === 'write') drive.tables = { ...drive.tables, underway: null };
};
