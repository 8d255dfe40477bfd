import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SpindleError } from '../../errors.js';
import { hasPseudoOverwrite, laidOver, spareTrack } from '../recording/blu-ray.js';
import { openTrackForReading, readMediumTables, recordedEndOf } from './medium-store.js';
import type { MediumTables, MediumTrack } from './medium-tables.js';

/** A part of what a medium holds: everything, from the first block of a session on, or one track. */
export type ExportSelection = { readonly session: number } | { readonly track: number } | undefined;

/** What a download of a medium will be; readable while it is being recorded, as far as it is then. */
export interface MediumExport {
  readonly bytes: number;
  /** To be read once. */
  readonly stream: () => Readable;
}

const DATA_BIT = 4;
const BLOCK_BYTES = 2048;
const CHUNK_UNITS = 512;

const isData = ({ control }: MediumTrack): boolean => (control & DATA_BIT) !== 0;

/** A track and one more than the last address of it that is recorded. */
interface Recorded {
  readonly track: MediumTrack;
  readonly end: number;
}

const choose = ({ tracks }: MediumTables, selection: ExportSelection): MediumTrack[] => {
  if (selection === undefined) return tracks.filter(isData);
  return 'track' in selection
    ? tracks.filter(({ number }) => number === selection.track)
    : tracks.filter((track) => track.session === selection.session && isData(track));
};

/** Main channel of whole units of one track, without subchannel. */
async function* mainChannel(
  folder: string,
  tables: MediumTables,
  { track, end }: Recorded,
): AsyncGenerator<Uint8Array> {
  const { mainBytes, subchannelBytes } = track.unit;
  const file = openTrackForReading(folder, track);
  const spares = openTrackForReading(folder, spareTrack(tables));
  try {
    for (let at = track.start; at < end; at += CHUNK_UNITS) {
      const count = Math.min(CHUNK_UNITS, end - at);
      const units = file.read(at - track.firstUnit, count);
      if (hasPseudoOverwrite(tables))
        laidOver(tables, { first: at, bytes: units }, (index, blocks) => spares.read(index, blocks));
      yield subchannelBytes === 0 ? units : withoutSubchannel(units, mainBytes, subchannelBytes);
    }
  } finally {
    await file.close();
    await spares.close();
  }
}

const withoutSubchannel = (units: Uint8Array, mainBytes: number, subchannelBytes: number): Uint8Array => {
  const unitBytes = mainBytes + subchannelBytes;
  const count = units.length / unitBytes;
  const main = new Uint8Array(count * mainBytes);
  for (let unit = 0; unit < count; unit++)
    main.set(units.subarray(unit * unitBytes, unit * unitBytes + mainBytes), unit * mainBytes);
  return main;
};

function* zeros(blocks: number): Generator<Uint8Array> {
  for (let left = blocks; left > 0; left -= CHUNK_UNITS)
    yield new Uint8Array(Math.min(left, CHUNK_UNITS) * BLOCK_BYTES);
}

/** Tracks in the order of their addresses; what lies between them is zeros, as a reader sees no data there. */
async function* wholeAddresses(
  folder: string,
  tables: MediumTables,
  recorded: readonly Recorded[],
  base: number,
): AsyncGenerator<Uint8Array> {
  let at = base;
  for (const one of recorded) {
    yield* zeros(one.track.start - at);
    yield* mainChannel(folder, tables, one);
    at = Math.max(at, one.end);
  }
}

/**
 * The recorded user data of a medium as an image: blocks of 2,048 bytes from block 0 (or where the session begins) to
 * the last recorded one; of an audio track its samples.
 */
export const openExport = (mediumFolder: string, selection?: ExportSelection): MediumExport => {
  const tables = readMediumTables(mediumFolder);
  const tracks = choose(tables, selection);
  const recorded = tracks
    .map((track) => ({ track, end: Math.min(track.end, recordedEndOf(mediumFolder, track)) }))
    .filter(({ track, end }) => end > track.start);
  const [first, last] = [recorded[0], recorded.at(-1)];
  if (first === undefined || last === undefined)
    throw new SpindleError('medium-blank', 'Nothing that was asked for is recorded on the medium.');
  const base = selection === undefined ? 0 : first.track.start;
  const unitBytes = first.track.unit.mainBytes;
  const chunks = () =>
    isData(first.track)
      ? wholeAddresses(mediumFolder, tables, recorded, base)
      : mainChannel(mediumFolder, tables, first);
  return {
    bytes: (last.end - base) * unitBytes,
    stream: () => Readable.from(chunks(), { objectMode: false }),
  };
};

/** Writes the image to a file, which must not exist yet. */
export const exportImage = async (
  mediumFolder: string,
  file: string,
  selection?: ExportSelection,
): Promise<void> => {
  await pipeline(openExport(mediumFolder, selection).stream(), createWriteStream(file, { flags: 'wx' }));
};
