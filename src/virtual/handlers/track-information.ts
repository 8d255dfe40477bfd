import { readTrackInformation } from '../../scsi/commands/read-track-information.js';
import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import { encodeTrackInformation } from '../../scsi/structures/track-information.js';
import { blockBytesOf } from '../media.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { layerJumps } from '../recording/layer-jump.js';
import { blocksWithin30mm } from '../recording/layers.js';
import { isIntermediate, isRestricted } from '../recording/restricted-overwrite.js';
import { PRE_GAP_BLOCKS, incompleteTrack, invisibleTrack, kindOf, trackAt } from '../recording/sequential.js';
import { currentRegion } from '../recording/cue-session.js';
import { isAtOnce, isGovernedByPage } from '../recording/write-mode.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const ADDRESS_TYPE = { block: 0, track: 1, session: 2 } as const;
const INVISIBLE = 0xff;
const DATA_BIT = 4;
const DATA_MODE_1 = 1;
const DATA_MODE_UNKNOWN = 0xf;

/** The one track of a medium that is overwritten in place; there also before it is formatted. */
const overwritable = (tables: MediumTables): MediumTrack =>
  tables.tracks[0] ?? {
    number: 1,
    session: 1,
    firstUnit: 0,
    start: 0,
    end: tables.capacity,
    nextWritable: 0,
    unit: { mainBytes: blockBytesOf(tables.blank), subchannelBytes: 0 },
    control: DATA_BIT,
    state: 'open',
    damaged: false,
    reserved: false,
  };

const byNumber = (tables: MediumTables, number: number): MediumTrack | undefined => {
  const invisible = invisibleTrack(tables);
  if (number === INVISIBLE) return incompleteTrack(tables) ?? invisible;
  return (
    tables.tracks.find((track) => track.number === number) ??
    (invisible?.number === number ? invisible : undefined)
  );
};

const bySession = (tables: MediumTables, number: number): MediumTrack | undefined => {
  const invisible = invisibleTrack(tables);
  return (
    tables.tracks.find(({ session }) => session === number) ??
    (invisible?.session === number ? invisible : undefined)
  );
};

const byAddress = (tables: MediumTables, address: number): MediumTrack | undefined => {
  const invisible = invisibleTrack(tables);
  return (
    trackAt(tables, address) ??
    (invisible !== undefined && address >= invisible.start && address < invisible.end ? invisible : undefined)
  );
};

const find = (tables: MediumTables, type: number, address: number): MediumTrack | undefined => {
  if (kindOf(tables).recording === 'random') {
    const track = overwritable(tables);
    const isIn = address >= 0 && address < track.end;
    return (type === ADDRESS_TYPE.block ? isIn : address === 1 || address === INVISIBLE) ? track : undefined;
  }
  const search = [byAddress, byNumber, bySession][type];
  return search?.(tables, address);
};

/** The first track that can be recorded, from the one that was named on. */
const openFrom = (tables: MediumTables, { number }: MediumTrack): MediumTrack | undefined => {
  const known = kindOf(tables).recording === 'random' ? [overwritable(tables)] : tables.tracks;
  return [...known, invisibleTrack(tables)].find(
    (track) => track !== undefined && track.number >= number && track.state === 'open',
  );
};

/** An open border of a formatted DVD-RW goes on behind its last block. */
const nextOfBorder = (tables: MediumTables): number | undefined =>
  isIntermediate(tables) ? tables.format?.blocks : undefined;

const nextOfTrack = ({ state, damaged, nextWritable, end }: MediumTrack): number | undefined =>
  state === 'open' && !damaged && nextWritable < end ? nextWritable : undefined;

/** While a cue sheet is being recorded, the address of its next sector; the pre-gap is negative. */
const nextOf = (drive: VirtualDrive, track: MediumTrack): number | undefined => {
  const { cue, tables } = drive;
  if (!drive.canRecord) return undefined;
  if (kindOf(tables).recording === 'random') return nextOfBorder(tables);
  if (cue === undefined) return nextOfTrack(track);
  return (currentRegion(cue)?.track ?? track.number) === track.number ? cue.next : undefined;
};

/** Nothing is recorded in it: invisible, reserved and not begun, or not formatted. */
const isBlank = (tables: MediumTables, track: MediumTrack): boolean => {
  if (kindOf(tables).recording === 'random') return tables.format === null;
  const known = tables.tracks.some(({ number }) => number === track.number);
  return !known || (track.reserved && track.nextWritable <= track.start);
};

/** Only DVD-RAM tells it, and all its blocks are recorded (Pioneer's command references). */
const lastRecorded = (tables: MediumTables) => {
  const blocks = kindOf(tables).verifiesWrites === true ? (tables.format?.blocks ?? 0) : 0;
  return { lastRecordedAddressValid: blocks > 0, lastRecordedAddress: Math.max(0, blocks - 1) };
};

/** Of an incomplete track of DVD+R. */
const compatibleFrom = (tables: MediumTables, { state, reserved }: MediumTrack): number => {
  const { recording, family } = kindOf(tables);
  const told = family === 'dvd' && recording === 'sequential' && state === 'open' && !reserved;
  return told ? blocksWithin30mm(tables) : 0;
};

const isBlankMedium = ({ tables }: VirtualDrive): boolean => tables.tracks.length === 0;

const toldNext = (drive: VirtualDrive, next: number | undefined): number | undefined =>
  drive.lies('negative-next-writable') && drive.kind?.family === 'cd' && isBlankMedium(drive)
    ? -PRE_GAP_BLOCKS
    : next;

const freeBlocks = (drive: VirtualDrive, track: MediumTrack, next: number | undefined): number => {
  if (next === undefined || (drive.lies('no-free-blocks') && isBlankMedium(drive))) return 0;
  return track.end - next;
};

type Status = Pick<Parameters<typeof encodeTrackInformation>[0], 'packet' | 'fixedPacket' | 'reservedTrack'>;

/**
 * How a track of DVD-R or DVD-RW is or will be recorded: MMC-5 table "Track Status Indications". The invisible track
 * is as mode page 05h would have it.
 */
const statusOf = (drive: VirtualDrive, track: MediumTrack): Status => {
  const { tables, pages } = drive;
  const reservedTrack = track.reserved && track.state === 'open';
  if (isRestricted(tables)) return { packet: true, fixedPacket: true, reservedTrack: false };
  if (!isGovernedByPage(tables)) return { packet: false, fixedPacket: false, reservedTrack };
  const known = tables.tracks.some(({ number }) => number === track.number);
  const packet = known ? track.packets === true : !isAtOnce(tables, pages.writeParameters);
  return { packet, fixedPacket: false, reservedTrack: known ? reservedTrack : track.reserved };
};

/** What RESERVE TRACK made of the invisible track of a disc that is to be recorded at once. */
const asReserved = ({ reservation, tables }: VirtualDrive, track: MediumTrack): MediumTrack =>
  reservation !== undefined && track.number === 1 && tables.tracks.length === 0
    ? { ...track, end: reservation, reserved: true }
    : track;

/** The track that a session would begin with, as drives tell it that count its pre-gap as well. */
const withPreGap = (drive: VirtualDrive, track: MediumTrack): MediumTrack => {
  const { tables, pages, cue, kind } = drive;
  const isNext = tables.tracks.length > 0 && track.number > tables.tracks.length;
  const counts = isNext && kind?.family === 'cd' && cue === undefined;
  if (!counts || !drive.lies('pre-gap-next-writable')) return track;
  if (pages.writeParameters.writeType !== WRITE_TYPE.atOnce) return track;
  return {
    ...track,
    start: track.start - PRE_GAP_BLOCKS,
    nextWritable: track.nextWritable - PRE_GAP_BLOCKS,
  };
};

interface Jumps {
  readonly layerJumpRecordingStatus: number;
  readonly nextLayerJumpAddress: number;
  readonly lastLayerJumpAddress: number;
}

const NO_JUMPS: Jumps = {
  layerJumpRecordingStatus: 0,
  nextLayerJumpAddress: 0,
  lastLayerJumpAddress: 0,
};

const jumpsOf = ({ layerJump, capacity }: MediumTables, track: MediumTrack): Jumps =>
  layerJump === undefined ? NO_JUMPS : layerJumps(layerJump, track, capacity);

const describe = (drive: VirtualDrive, found: MediumTrack): Uint8Array => {
  const { family, eccBlocks } = kindOf(drive.tables);
  const track = asReserved(drive, found);
  const data = (track.control & DATA_BIT) !== 0;
  const next = nextOf(drive, track);
  return encodeTrackInformation({
    logicalTrackNumber: track.number,
    sessionNumber: track.session,
    ...jumpsOf(drive.tables, track),
    ...statusOf(drive, track),
    damage: track.damaged,
    trackMode: track.control,
    blank: isBlank(drive.tables, track),
    dataMode: data ? DATA_MODE_1 : DATA_MODE_UNKNOWN,
    nextWritableAddressValid: next !== undefined,
    logicalTrackStartAddress: track.start >>> 0,
    nextWritableAddress: (toldNext(drive, next) ?? 0) >>> 0,
    freeBlocks: freeBlocks(drive, track, next),
    fixedPacketSize: family === 'cd' ? 0 : eccBlocks,
    logicalTrackSize: track.end - track.start,
    ...lastRecorded(drive.tables),
    readCompatibilityLba: compatibleFrom(drive.tables, track),
  });
};

export const answerTrackInformation: Handler = (drive, { cdb }) => {
  const { addressType, address, open } = readTrackInformation.decode(cdb);
  if (addressType > ADDRESS_TYPE.session) throw refusal(INVALID_FIELD_IN_CDB);
  const found = find(drive.tables, addressType, address);
  const track = open && found !== undefined ? openFrom(drive.tables, found) : found;
  if (track === undefined)
    throw refusal(
      found === undefined && addressType === ADDRESS_TYPE.block ? '5/21/00' : INVALID_FIELD_IN_CDB,
    );
  return describe(drive, withPreGap(drive, track));
};
