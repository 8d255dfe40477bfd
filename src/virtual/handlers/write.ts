import { write12 } from '../../scsi/commands/write-12.js';
import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import { addressedBlocks } from '../../scsi/command-effects.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { formattedByFirstWrite } from '../recording/blu-ray.js';
import { isRestricted, overwrittenTo, requireRestrictedPlace } from '../recording/restricted-overwrite.js';
import { addTrack, invisibleTrack, kindOf, replaceTrack } from '../recording/sequential.js';
import {
  asFirstSession,
  isGovernedByPage,
  requireSameWriteType,
  shapedByWriteType,
  trackAtOnce,
} from '../recording/write-mode.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { writeCue } from './cue.js';
import { overwritableRun, overwriteClusters } from './pseudo-overwrite.js';
import { readBlocks, settle } from './read.js';
import type { Handler } from './request.js';

const DATA_BIT = 4;
const BLOCK_BYTES = 2048;
/** Mode page 05h, Data Block Type: what one sector is when the host sends it. */
const UNITS: Readonly<Record<number, { readonly mainBytes: number; readonly data: boolean }>> = {
  0: { mainBytes: 2352, data: false },
  8: { mainBytes: 2048, data: true },
};

/** A transfer that is not as long as the CDB says is a fault of the bus, not of the medium. */
const requireLength = (data: Uint8Array, bytes: number): void => {
  if (data.length !== bytes) throw refusal('B/4B/00');
};

/** A track of a CD that is written at once, as mode page 05h describes it. */
const shapedByPage = (drive: VirtualDrive, place: MediumTrack): MediumTrack => {
  const { writeType, trackMode, dataBlockType } = drive.pages.writeParameters;
  if (writeType !== WRITE_TYPE.trackAtOnce) throw refusal('5/2C/00');
  const unit = UNITS[dataBlockType];
  const data = (trackMode & DATA_BIT) !== 0;
  if (unit?.data !== data) throw refusal('5/64/00');
  return { ...place, unit: { mainBytes: unit.mainBytes, subchannelBytes: 0 }, control: trackMode };
};

/** The invisible track as mode page 05h would have it begin, where the page matters. */
const shaped = (drive: VirtualDrive, place: MediumTrack): MediumTrack => {
  const { tables, pages, reservation } = drive;
  if (kindOf(tables).family === 'cd') return shapedByPage(drive, place);
  if (!isGovernedByPage(tables)) return place;
  return shapedByWriteType(tables, place, pages.writeParameters, reservation);
};

/** A track that is being written can only go on as it began. */
const requireSameShape = (drive: VirtualDrive, track: MediumTrack): void => {
  if (isGovernedByPage(drive.tables)) requireSameWriteType(track, drive.pages.writeParameters);
  if (kindOf(drive.tables).family !== 'cd') return;
  const { unit, control } = shapedByPage(drive, track);
  if (unit.mainBytes !== track.unit.mainBytes || control !== track.control) throw refusal('5/64/00');
};

/** The track whose next writable address this is; one more, where that is the invisible track's. */
const trackFor = (drive: VirtualDrive, address: number): { track: MediumTrack; begun: boolean } => {
  const { tables } = drive;
  const open = tables.tracks.find(
    ({ state, damaged, nextWritable }) => state === 'open' && !damaged && nextWritable === address,
  );
  if (open !== undefined) {
    requireSameShape(drive, open);
    return { track: open, begun: true };
  }
  const invisible = invisibleTrack(tables);
  if (invisible?.nextWritable !== address) throw refusal(whyNotThere(tables, address), address);
  return { track: shaped(drive, invisible), begun: false };
};

const whyNotThere = (tables: MediumTables, address: number): string => {
  if (tables.finalized) return '5/64/00';
  if (tables.tracks.some(({ damaged, state }) => damaged && state === 'open')) return '5/64/00';
  if (address >= tables.capacity) return '5/21/00';
  return '5/21/02';
};

/** A test write is decided when a track begins; a begun one keeps to it. */
const simulateIfAsked = (drive: VirtualDrive): void => {
  if (drive.kind?.testWrite === true && drive.pages.writeParameters.testWrite) drive.startSimulation();
};

const writeSequential = async (
  drive: VirtualDrive,
  first: number,
  count: number,
  data: Uint8Array,
): Promise<void> => {
  const recorded = overwritableRun(drive, first, count);
  if (recorded > 0) {
    requireLength(data, count * BLOCK_BYTES);
    await overwriteClusters(drive, first, data.subarray(0, recorded * BLOCK_BYTES));
    if (recorded < count)
      await writeSequential(drive, first + recorded, count - recorded, data.subarray(recorded * BLOCK_BYTES));
    return;
  }
  await append(drive, first, count, data);
};

const append = async (drive: VirtualDrive, first: number, count: number, data: Uint8Array): Promise<void> => {
  const { track, begun } = trackFor(drive, first);
  const end = first + count;
  if (end > Math.min(track.end, drive.faultyFrom)) throw refusal('5/63/00', first);
  requireLength(data, count * (track.unit.mainBytes + track.unit.subchannelBytes));
  if (!begun) simulateIfAsked(drive);
  const written = { ...track, nextWritable: end };
  await drive.feed(
    track,
    first,
    data,
    begun
      ? replaceTrack(drive.tables, written)
      : addTrack(asFirstSession(formattedByFirstWrite(drive.tables), drive.pages.writeParameters), written),
  );
  // What was reserved is complete: the lead-out follows without a pause.
  if (end === track.end && trackAtOnce(drive.tables) !== undefined) drive.buffer.flush();
};

const writeAnywhere = async (
  drive: VirtualDrive,
  first: number,
  count: number,
  data: Uint8Array,
): Promise<void> => {
  const { tables } = drive;
  const track = tables.tracks[0];
  if (tables.format === null || track === undefined) throw refusal('5/30/10');
  const end = first + count;
  if (first < 0 || end > Math.min(track.end, drive.faultyFrom)) throw refusal('5/21/00', first);
  if (isRestricted(tables)) requireRestrictedPlace(tables, first, count);
  requireLength(data, count * track.unit.mainBytes);
  await drive.feed(track, first, data, overwrittenTo(tables, first, end));
};

/**
 * DVD-RAM and BD are streamed in whole ECC blocks, and a write that goes through to the medium is not streamed; what
 * other drives do with less is junk (libburn). Which sense drives answer is unverified.
 */
const stream = (drive: VirtualDrive, cdb: Uint8Array, first: number, count: number): void => {
  if (cdb[0] !== write12.opcode) {
    drive.pace.streaming = false;
    return;
  }
  const { streaming, forceUnitAccess } = write12.decode(cdb);
  drive.pace.streaming = streaming;
  const { verifiesWrites = false, eccBlocks, family } = kindOf(drive.tables);
  const whole = first % eccBlocks === 0 && count % eccBlocks === 0;
  if (streaming && (verifiesWrites || family === 'bd') && (!whole || forceUnitAccess))
    throw refusal(INVALID_FIELD_IN_CDB);
};

/** WRITE (10), WRITE (12). */
export const write: Handler = async (drive, { cdb, data }) => {
  const { first, count } = addressedBlocks(cdb) ?? { first: 0, count: 0 };
  if (!drive.canRecord) throw refusal('5/30/05');
  if (drive.tables.underway === 'blank' || drive.tables.underway === 'format') throw refusal('3/31/00');
  if (count === 0) return undefined;
  stream(drive, cdb, first, count);
  if (drive.cue !== undefined) await writeCue(drive, first, count, data);
  else if (kindOf(drive.tables).recording === 'random') await writeAnywhere(drive, first, count, data);
  else await writeSequential(drive, first, count, data);
  return undefined;
};

/** WRITE AND VERIFY (10), of media that are overwritten in place: blocks that do not read as they were sent are an error. */
export const writeAndVerify: Handler = async (drive, request) => {
  if (drive.canRecord && drive.kind?.recording !== 'random') throw refusal('5/30/05');
  await write(drive, request);
  const { first, count } = addressedBlocks(request.cdb) ?? { first: 0, count: 0 };
  if (count === 0) return undefined;
  await settle(drive);
  if (Buffer.compare(readBlocks(drive, first, count), request.data) !== 0) throw refusal('3/0C/00', first);
  return undefined;
};
