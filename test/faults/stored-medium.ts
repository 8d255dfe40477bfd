import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What really is on a virtual medium, read from its files by a reader of our own: format 1 of a medium's folder, with
 * the data of a track, a bitmap of its recorded units (most significant bit first) and tables in JSON.
 */
interface StoredTrack {
  readonly firstUnit: number;
  readonly start: number;
  readonly state: 'open' | 'closed';
  readonly damaged: boolean;
  readonly nextWritable: number;
  readonly end: number;
  readonly packets?: boolean;
  readonly reserved: boolean;
}
interface StoredTables {
  readonly blank: string;
  readonly finalized: boolean;
  readonly tracks: readonly StoredTrack[];
  /** How a medium was formatted, whose blocks can be overwritten. */
  readonly format: object | null;
  /** Where somebody has fixed where layer 0 ends. */
  readonly layer0Blocks: number | null;
}

const BLOCK = 2048;

export interface StoredMedium {
  readonly tables: StoredTables;
  /** Every block of the image is recorded from block 0 on, and byte for byte what the source holds. */
  holds(image: Buffer): boolean;
  /** These bytes are recorded somewhere. */
  contains(bytes: Buffer): boolean;
  /** Anything but zeros is recorded. */
  readonly inUse: boolean;
}

const read = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));

export const readStoredMedium = (folder: string): StoredMedium => {
  const tables = JSON.parse(readFileSync(join(folder, 'medium.json'), 'utf8')) as StoredTables;
  const [track] = tables.tracks;
  const data = read(join(folder, 'track-01.data'));
  const map = read(join(folder, 'track-01.map'));
  const isRecorded = (unit: number): boolean => ((map[unit >> 3] ?? 0) & (0x80 >> (unit & 7))) !== 0;
  return {
    tables,
    holds: (image) => {
      if (!track) return false;
      const skipped = track.start - track.firstUnit;
      const units = Array.from({ length: image.length / BLOCK }, (_, block) => skipped + block);
      return (
        units.every(isRecorded) &&
        data
          .subarray(skipped * BLOCK)
          .subarray(0, image.length)
          .equals(image)
      );
    },
    contains: (bytes) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.data'))
        .some((name) => readFileSync(join(folder, name)).includes(bytes)),
    inUse: track !== undefined && data.some((byte) => byte !== 0),
  };
};

const OVERWRITTEN_IN_PLACE: ReadonlySet<string> = new Set(['dvd+rw', 'dvd-ram', 'bd-re']);
const REWRITABLE: ReadonlySet<string> = new Set(['cd-rw', 'dvd-rw']);

const isInPlace = ({ blank, format }: StoredTables): boolean =>
  OVERWRITTEN_IN_PLACE.has(blank) || (blank === 'dvd-rw' && format !== null);

/** Increments that lost their end go on once that is repaired. */
const goesOn = (track: StoredTrack): boolean =>
  track.damaged ? track.packets === true : track.nextWritable < track.end;

/** A cue sheet has fixed where a track of a CD ends: there is room behind it, once its session is closed. */
const hasRoomBehind = ({ blank }: StoredTables, { reserved }: StoredTrack): boolean =>
  reserved && blank.startsWith('cd-');

/** Behind a track that was closed, another one can follow for as long as the disc is not finalized. */
const isOpen = (tables: StoredTables, track: StoredTrack): boolean =>
  !tables.finalized && (track.state === 'closed' || goesOn(track) || hasRoomBehind(tables, track));

/** The layers of a DVD+R DL end behind its recording: it can be closed, and then nothing follows. */
const hasNoMoreRoom = ({ blank, layer0Blocks }: StoredTables): boolean =>
  blank === 'dvd+r-dl' && layer0Blocks !== null;

/** What may be said of such a medium, by what is stored. */
export const storedStates = ({ tables, inUse }: StoredMedium): readonly string[] => {
  const [track] = tables.tracks;
  if (isInPlace(tables)) return [inUse ? 'needs-erase' : 'usable'];
  if (!track) return ['usable'];
  if (REWRITABLE.has(tables.blank)) return ['needs-erase'];
  if (!isOpen(tables, track)) return ['lost'];
  return hasNoMoreRoom(tables) ? ['appendable', 'lost'] : ['appendable'];
};
