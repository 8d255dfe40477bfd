import { sendCueSheet } from '../../scsi/commands/send-cue-sheet.js';
import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { type CueRegion, type CueSession, currentRegion, layOutCueSheet } from '../recording/cue-session.js';
import { addTrack, replaceTrack } from '../recording/sequential.js';
import { asFirstSession } from '../recording/write-mode.js';
import { refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

/** SEND CUE SHEET: the whole session is checked now; nothing is recorded before its first sector comes. */
export const takeCueSheet: Handler = (drive, { cdb, data }) => {
  const { cueSheetSize } = sendCueSheet.decode(cdb);
  if (!drive.canRecord || drive.kind?.family !== 'cd') throw refusal('5/30/05');
  const { writeType, testWrite } = drive.pages.writeParameters;
  if (writeType !== WRITE_TYPE.atOnce) throw refusal('5/2C/00');
  if (data.length < cueSheetSize || cueSheetSize === 0) throw refusal('5/1A/00');
  drive.cue = undefined;
  const cue = layOutCueSheet(data.subarray(0, cueSheetSize), drive.tables);
  if (testWrite) drive.startSimulation();
  drive.cue = cue;
  skipMadeByDrive(drive);
  return undefined;
};

const trackOf = (tables: MediumTables, { track }: CueRegion): MediumTrack => {
  const found = tables.tracks.find(({ number }) => number === track);
  if (found === undefined) throw refusal('5/2C/00');
  return found;
};

const withTracks = ({ tables, pages }: VirtualDrive, { tracks }: CueSession): MediumTables =>
  tables.tracks.some(({ number }) => number === tracks[0]?.number)
    ? tables
    : tracks.reduce(addTrack, asFirstSession(tables, pages.writeParameters));

/** What of the sectors sent is kept: all, a part of each, or zeros in their place. */
const kept = ({ form }: CueRegion, data: Uint8Array): Uint8Array => {
  const { hostBytes, mainBytes, keptFrom } = form;
  if (keptFrom === 0 && hostBytes === mainBytes) return data;
  const count = data.length / hostBytes;
  const bytes = new Uint8Array(count * mainBytes);
  if (keptFrom === undefined) return bytes;
  for (let at = 0; at < count; at++)
    bytes.set(
      data.subarray(at * hostBytes + keptFrom, at * hostBytes + keptFrom + mainBytes),
      at * mainBytes,
    );
  return bytes;
};

const advancedTo = (tables: MediumTables, region: CueRegion, next: number): MediumTables =>
  replaceTrack(tables, { ...trackOf(tables, region), nextWritable: next });

/** Sectors that the host does not send are made by the drive as soon as they are due. */
const skipMadeByDrive = (drive: VirtualDrive): void => {
  for (;;) {
    const { cue } = drive;
    const region = cue && currentRegion(cue);
    if (cue === undefined || region?.form.hostBytes !== 0) return;
    drive.tables = withTracks(drive, cue);
    drive.fill(trackOf(drive.tables, region), cue.next, region.to);
    drive.tables = advancedTo(drive.tables, region, region.to);
    drive.cue = { ...cue, next: region.to };
  }
};

interface Piece {
  readonly region: CueRegion;
  readonly from: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Cuts what a WRITE brings where a region ends; refuses what does not follow or is not as long as it must be. */
const pieces = (cue: CueSession, first: number, count: number, data: Uint8Array): Piece[] => {
  if (first !== cue.next) throw refusal('5/21/02', first);
  const result: Piece[] = [];
  let [from, at] = [first, 0];
  while (from < first + count) {
    const region = currentRegion({ ...cue, next: from });
    if (region === undefined) throw refusal('5/63/00', from);
    const length = Math.min(first + count, region.to) - from;
    const bytes = data.subarray(at, at + length * region.form.hostBytes);
    result.push({ region, from, count: length, bytes });
    from += length;
    at += length * region.form.hostBytes;
  }
  if (at !== data.length) throw refusal('B/4B/00');
  return result;
};

const SECTOR_BYTES = 2352;

/** A WRITE within a session that a cue sheet laid out. All of it is taken or, while there is no room, none. */
export const writeCue = async (
  drive: VirtualDrive,
  first: number,
  count: number,
  data: Uint8Array,
): Promise<void> => {
  const { cue } = drive;
  if (cue === undefined) return;
  const parts = pieces(cue, first, count, data);
  if (first + count > drive.faultyFrom) throw refusal('5/63/00', first);
  if (parts.length > 1 && !drive.buffer.hasRoom(count * SECTOR_BYTES)) throw refusal('2/04/08');
  for (const { region, from, count: length, bytes } of parts) {
    const tables = withTracks(drive, cue);
    await drive.feed(
      trackOf(tables, region),
      from,
      kept(region, bytes),
      advancedTo(tables, region, from + length),
    );
    drive.cue = { ...cue, next: from + length };
  }
  skipMadeByDrive(drive);
};
