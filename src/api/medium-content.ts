import { Readable } from 'node:stream';
import { SpindleError } from '../errors.js';
import { openTrackForReading, readMediumTables } from '../virtual/medium/medium-store.js';
import type { MediumTrack } from '../virtual/medium/medium-tables.js';
import type { TrackFile } from '../virtual/medium/track-file.js';
import type { ByteRange } from './range.js';

const BLOCK_BYTES = 2048;
const PIECE_BLOCKS = 128;

interface Recorded {
  readonly track: MediumTrack;
  readonly file: TrackFile;
  /** One more than the last recorded address. */
  readonly end: number;
}

const isData = ({ unit }: MediumTrack): boolean =>
  unit.mainBytes === BLOCK_BYTES && unit.subchannelBytes === 0;

const openRecorded = (folder: string): Recorded[] => {
  const { tracks } = readMediumTables(folder);
  if (!tracks.every(isData)) {
    throw new SpindleError('medium-unsupported', 'Only data tracks of 2,048-byte blocks make an image');
  }
  return tracks.map((track) => {
    const file = openTrackForReading(folder, track);
    return { track, file, end: track.firstUnit + file.recordedEnd() };
  });
};

const closeAll = async (recorded: readonly Recorded[]): Promise<void> => {
  await Promise.all(recorded.map(({ file }) => file.close()));
};

/** Blocks as a drive would read them; between tracks and where nothing was recorded there are zeros. */
const readBlocks = (recorded: readonly Recorded[], first: number, count: number): Uint8Array => {
  const piece = new Uint8Array(count * BLOCK_BYTES);
  for (const { track, file, end } of recorded) {
    const from = Math.max(first, track.start);
    const to = Math.min(first + count, end);
    if (from < to) piece.set(file.read(from - track.firstUnit, to - from), (from - first) * BLOCK_BYTES);
  }
  return piece;
};

async function* readPieces(folder: string, { first, last }: ByteRange): AsyncGenerator<Uint8Array> {
  const recorded = openRecorded(folder);
  try {
    const end = Math.floor(last / BLOCK_BYTES) + 1;
    for (let block = Math.floor(first / BLOCK_BYTES); block < end; block += PIECE_BLOCKS) {
      const piece = readBlocks(recorded, block, Math.min(PIECE_BLOCKS, end - block));
      const at = block * BLOCK_BYTES;
      yield piece.subarray(Math.max(0, first - at), Math.min(piece.length, last + 1 - at));
    }
  } finally {
    await closeAll(recorded);
  }
}

/** What was recorded on a virtual medium, from block 0 to the last recorded one, in bytes. @throws SpindleError `medium-blank` */
export const recordedBytes = async (folder: string): Promise<number> => {
  const recorded = openRecorded(folder);
  await closeAll(recorded);
  const blocks = Math.max(0, ...recorded.map(({ end }) => end));
  if (blocks === 0) throw new SpindleError('medium-blank', 'Nothing is recorded on the virtual medium.');
  return blocks * BLOCK_BYTES;
};

/** A range of what was recorded on a virtual medium. */
export const readMediumContent = (folder: string, range: ByteRange): Readable =>
  Readable.from(readPieces(folder, range), { objectMode: false });
