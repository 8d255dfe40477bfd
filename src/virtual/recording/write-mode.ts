/**
 * How mode page 05h has a DVD-R, DVD-RW or DVD-R DL recorded: in increments, at once or by layer jumps. Pure: the page
 * and the tables in, the track out.
 */
import { WRITE_TYPE, type writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { refusal } from '../refusal.js';
import { kindOf } from './sequential.js';

/** What of the page matters here. */
export interface WritePage {
  readonly writeType: number;
}

/** The page governs how the medium is recorded: true of DVD-R, DVD-RW and DVD-R DL. */
export const isGovernedByPage = (tables: MediumTables): boolean => kindOf(tables).writeTypes !== undefined;

/** The first session gives a CD its type: CD-DA and CD-ROM, CD-I or CD-ROM XA. */
export const asFirstSession = (
  tables: MediumTables,
  { sessionFormat }: Pick<ReturnType<typeof writeParameters.decode>, 'sessionFormat'>,
): MediumTables =>
  kindOf(tables).family === 'cd' && tables.sessions.length === 0
    ? { ...tables, discType: sessionFormat }
    : tables;

/** A DVD-RW that was blanked minimally takes no increments: its old ones would be found (MMC-5 §6.2). */
export const allowsIncrements = (tables: MediumTables): boolean =>
  isGovernedByPage(tables) && tables.atOnceOnly !== true;

/** At once means the whole disc, from its first block to its lead-out. */
const allowsAtOnce = (tables: MediumTables): boolean =>
  kindOf(tables).writeTypes?.includes(WRITE_TYPE.atOnce) === true && tables.tracks.length === 0;

/** How the invisible track presents itself: as the page says, else as the medium can be recorded. */
export const isAtOnce = (tables: MediumTables, { writeType }: WritePage): boolean =>
  allowsAtOnce(tables) && (writeType === WRITE_TYPE.atOnce || !allowsIncrements(tables));

/** Without a reservation nobody knows where the lead-out goes (MMC-5 §6.31). */
const atOnceTrack = (place: MediumTrack, reservation: number | undefined): MediumTrack => {
  if (reservation === undefined) throw refusal('5/2C/00');
  return { ...place, end: place.start + reservation, reserved: true, packets: false };
};

/** The track that begins with the invisible one, shaped by the page; refused with 5/64/00 where the page does not fit. */
export const shapedByWriteType = (
  tables: MediumTables,
  place: MediumTrack,
  page: WritePage,
  reservation: number | undefined,
): MediumTrack => {
  if (kindOf(tables).writeTypes?.includes(page.writeType) !== true) throw refusal('5/64/00');
  if (page.writeType !== WRITE_TYPE.atOnce) {
    if (!allowsIncrements(tables)) throw refusal('5/64/00');
    return { ...place, packets: true };
  }
  if (!allowsAtOnce(tables)) throw refusal('5/64/00');
  return atOnceTrack(place, reservation);
};

/** A track goes on as it began. */
export const requireSameWriteType = (track: MediumTrack, { writeType }: WritePage): void => {
  const ofIncrements = writeType === WRITE_TYPE.packet || writeType === WRITE_TYPE.layerJump;
  const fits = track.packets === true ? ofIncrements : writeType === WRITE_TYPE.atOnce;
  if (!fits) throw refusal('5/64/00');
};

/** The track that is recorded at once, while it is. */
export const trackAtOnce = (tables: MediumTables): MediumTrack | undefined =>
  isGovernedByPage(tables)
    ? tables.tracks.find(({ state, packets }) => state === 'open' && packets !== true)
    : undefined;
