import { verify10 } from '../../scsi/commands/verify-10.js';
import { addressedBlocks } from '../../scsi/command-effects.js';
import { sleep } from '../clock.js';
import { blockBytesOf } from '../media.js';
import type { MediumTrack } from '../medium/medium-tables.js';
import { hasPseudoOverwrite, laidOver, spareTrack } from '../recording/blu-ray.js';
import { kindOf, trackAt } from '../recording/sequential.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const DATA_BIT = 4;
/** What one command brings at most; a host asks for less, and a hostile one must not have us reserve gigabytes. */
const MOST_BLOCKS = 8192;

export const requireAnswerable = (count: number): void => {
  if (count > MOST_BLOCKS) throw refusal(INVALID_FIELD_IN_CDB);
};

/** The track that an address lies in, as far as the drive can read it. */
export const requireReadable = (drive: VirtualDrive, address: number): MediumTrack => {
  const track = trackAt(drive.tables, address);
  if (track === undefined) {
    const end = drive.tables.tracks.at(-1)?.end ?? 0;
    throw refusal(address < 0 || address >= end ? '5/21/00' : '3/11/00', address);
  }
  const recorded = drive.medium?.file(track).isRecorded(address - track.firstUnit, 1) === true;
  if (!recorded && kindOf(drive.tables).recording === 'sequential')
    throw refusal(track.state === 'open' ? '5/21/00' : '3/11/00', address);
  return track;
};

/** How many blocks from `address` on lie in the track and can be read. */
const readableRun = (drive: VirtualDrive, track: MediumTrack, address: number, count: number): number => {
  const most = Math.min(count, track.end - address);
  if (kindOf(drive.tables).recording === 'random') return most;
  const file = drive.medium?.file(track);
  if (file?.isRecorded(address - track.firstUnit, most) === true) return most;
  let run = 1;
  while (run < most && file?.isRecorded(address - track.firstUnit + run, 1) === true) run += 1;
  return run;
};

/** Whole blocks, from wherever they lie: in spare clusters, where pseudo overwrite has put them. */
export const readBlocks = (drive: VirtualDrive, first: number, count: number): Uint8Array => {
  const blockBytes = blockBytesOf(drive.tables.blank);
  const bytes = new Uint8Array(count * blockBytes);
  for (let at = 0; at < count;) {
    const address = first + at;
    const track = requireReadable(drive, address);
    if ((track.control & DATA_BIT) === 0) throw refusal('5/64/00', address);
    const run = readableRun(drive, track, address, count - at);
    bytes.set(drive.medium?.file(track).read(address - track.firstUnit, run) ?? [], at * blockBytes);
    at += run;
  }
  const { tables } = drive;
  if (hasPseudoOverwrite(tables))
    laidOver(
      tables,
      { first, bytes },
      (index, blocks) => drive.medium?.file(spareTrack(tables)).read(index, blocks) ?? new Uint8Array(),
    );
  return bytes;
};

/** What is still in the buffer goes to the medium first. */
export const settle = async (drive: VirtualDrive): Promise<void> => {
  const ms = drive.buffer.flush();
  if (ms > 0) await sleep(drive.clock, ms);
  drive.buffer.recordRest();
};

const requireInRange = (drive: VirtualDrive, first: number, count: number): void => {
  const { format } = drive.tables;
  if (kindOf(drive.tables).recording === 'random') {
    if (format === null) throw refusal('5/30/10');
    if (first < 0 || first + count > format.blocks) throw refusal('5/21/00');
  }
};

export const read: Handler = async (drive, { cdb }) => {
  const { first, count } = addressedBlocks(cdb) ?? { first: 0, count: 0 };
  requireInRange(drive, first, count);
  requireAnswerable(count);
  await settle(drive);
  const bytes = readBlocks(drive, first, count);
  await drive.pace.read(bytes.length);
  return bytes;
};

/** VERIFY without byte check: the blocks can be read. */
export const verify: Handler = async (drive, { cdb }) => {
  const { byteCheck } = verify10.decode(cdb);
  if (byteCheck) throw refusal('5/24/00');
  const { first, count } = addressedBlocks(cdb) ?? { first: 0, count: 0 };
  requireInRange(drive, first, count);
  await settle(drive);
  for (let at = 0; at < count; at += MOST_BLOCKS) {
    const bytes = readBlocks(drive, first + at, Math.min(MOST_BLOCKS, count - at));
    await drive.pace.read(bytes.length);
  }
  return undefined;
};
