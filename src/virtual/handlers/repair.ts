import { repairTrack as repairTrackCdb } from '../../scsi/commands/repair-track.js';
import { replaceTrack } from '../recording/sequential.js';
import { isGovernedByPage } from '../recording/write-mode.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { Handler } from './request.js';

/**
 * REPAIR TRACK: an RZone whose drive lost its power goes on behind its last whole ECC block. One that was recorded at
 * once cannot: what its lead-in would say is gone.
 */
export const repair: Handler = (drive, { cdb }) => {
  const { logicalTrackNumber } = repairTrackCdb.decode(cdb);
  if (!drive.canRecord || !isGovernedByPage(drive.tables)) throw refusal('5/30/05');
  const track = drive.tables.tracks.find(({ number }) => number === logicalTrackNumber);
  if (track === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  if (track.state !== 'open' || !track.damaged) return undefined;
  if (track.packets !== true) throw refusal('5/64/00');
  const recorded = drive.medium?.file(track).recordedEnd() ?? 0;
  drive.fill(track, track.firstUnit + recorded, track.nextWritable);
  drive.tables = replaceTrack(drive.tables, { ...track, damaged: false });
  return undefined;
};
