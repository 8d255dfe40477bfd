import { reserveTrack as reserveTrackCdb } from '../../scsi/commands/reserve-track.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import {
  currentSession,
  incompleteTrack,
  invisibleTrack,
  kindOf,
  reserveTrack,
} from '../recording/sequential.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

/** The invisible track, where the session has room for one more beside it. */
const placeFor = (tables: MediumTables, blocks: number): MediumTrack => {
  if (incompleteTrack(tables) !== undefined) throw refusal('5/2C/00');
  const session = currentSession(tables);
  const fragments = tables.tracks.filter((track) => track.session === session).length;
  const place = invisibleTrack(tables);
  if (place === undefined || fragments + 1 >= kindOf(tables).maxTracksPerSession) throw refusal('5/72/05');
  if (place.start + blocks > tables.capacity) throw refusal('5/21/00');
  return place;
};

const hasFragments = ({ kindName }: VirtualDrive): boolean => kindName === 'dvd+r' || kindName === 'dvd+r-dl';

/** RESERVE TRACK, of DVD+R: a fragment with a fixed end. */
export const reserve: Handler = (drive, { cdb }) => {
  const { arsv, rmz, reservationSize } = reserveTrackCdb.decode(cdb);
  if (!drive.canRecord || !hasFragments(drive)) throw refusal('5/30/05');
  if (arsv || rmz || reservationSize === 0) throw refusal(INVALID_FIELD_IN_CDB);
  drive.tables = reserveTrack(drive.tables, placeFor(drive.tables, reservationSize), reservationSize);
  return undefined;
};
