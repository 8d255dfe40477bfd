import { reserveTrack as reserveTrackCdb } from '../../scsi/commands/reserve-track.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { formattedByFirstWrite, isBdR } from '../recording/blu-ray.js';
import {
  currentSession,
  incompleteTrack,
  invisibleTrack,
  kindOf,
  reserveTrack,
  splitLastTrack,
} from '../recording/sequential.js';
import { allowsIncrements, isAtOnce, isGovernedByPage } from '../recording/write-mode.js';
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

/** A DVD-R has two reserved RZones at most, and the one behind them (MMC-5 §6.31). */
const MOST_OPEN_RZONES = 2;

/** At once: the size of all that will be recorded, which is kept until the first WRITE. */
const reserveAtOnce = (drive: VirtualDrive, blocks: number): void => {
  const whole = Math.ceil(blocks / 16) * 16;
  if (whole > drive.tables.capacity) throw refusal('5/21/00');
  drive.reservation = whole;
};

const reserveIncrements = (drive: VirtualDrive, blocks: number): void => {
  const { tables } = drive;
  if (!allowsIncrements(tables)) throw refusal('5/64/00');
  const open = tables.tracks.filter(({ state }) => state === 'open').length;
  if (open >= MOST_OPEN_RZONES) throw refusal('5/72/05');
  const place = placeFor(tables, blocks);
  drive.tables = reserveTrack(tables, { ...place, packets: true }, blocks);
};

/** On BD-R the last track is split; an open one beside it may go on. */
const split = (tables: MediumTables, blocks: number): MediumTables => {
  const open = tables.tracks.filter(({ state }) => state === 'open').length;
  if (open + 2 > (kindOf(tables).maxOpenTracks ?? Infinity)) throw refusal('5/72/05');
  const result = splitLastTrack(formattedByFirstWrite(tables), blocks);
  if (result === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return result;
};

const reserveByPage = (drive: VirtualDrive, blocks: number): void => {
  const atOnce = isAtOnce(drive.tables, drive.pages.writeParameters);
  (atOnce ? reserveAtOnce : reserveIncrements)(drive, blocks);
};

const reserveFragment = (drive: VirtualDrive, blocks: number): void => {
  const { tables } = drive;
  drive.tables = reserveTrack(tables, placeFor(tables, blocks), blocks);
};

const reserveOnBdR = (drive: VirtualDrive, blocks: number): void => {
  drive.tables = split(drive.tables, blocks);
};

/** How the medium in the drive takes a reservation; undefined where it takes none. */
const wayOf = (drive: VirtualDrive): ((drive: VirtualDrive, blocks: number) => void) | undefined => {
  if (isGovernedByPage(drive.tables)) return reserveByPage;
  if (isBdR(drive.tables)) return reserveOnBdR;
  return hasFragments(drive) ? reserveFragment : undefined;
};

/** RESERVE TRACK: a fragment of DVD+R, an RZone of DVD-R and DVD-RW, a track of BD-R, or all of a disc that is recorded at once. */
export const reserve: Handler = (drive, { cdb }) => {
  if (drive.lies('no-reservation')) throw refusal('5/20/00');
  const { arsv, rmz, reservationSize } = reserveTrackCdb.decode(cdb);
  const way = drive.canRecord ? wayOf(drive) : undefined;
  if (way === undefined) throw refusal('5/30/05');
  if (arsv || rmz || reservationSize === 0) throw refusal(INVALID_FIELD_IN_CDB);
  way(drive, reservationSize);
  return undefined;
};
