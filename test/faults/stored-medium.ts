import { existsSync, readFileSync } from 'node:fs';
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
}
interface StoredTables {
  readonly blank: string;
  readonly finalized: boolean;
  readonly tracks: readonly StoredTrack[];
}

const BLOCK = 2048;

export interface StoredMedium {
  readonly tables: StoredTables;
  /** Every block of the image is recorded from block 0 on, and byte for byte what the source holds. */
  holds(image: Buffer): boolean;
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
    inUse: track !== undefined && data.some((byte) => byte !== 0),
  };
};

/** Behind a track that was closed, another one can follow for as long as the disc is not finalized. */
const isOpen = ({ finalized }: StoredTables, track: StoredTrack): boolean =>
  !finalized && (track.state === 'closed' || (!track.damaged && track.nextWritable < track.end));

/** The state that such a medium is in, by what is stored. */
export const storedState = ({ tables, inUse }: StoredMedium): string => {
  const [track] = tables.tracks;
  if (tables.blank === 'dvd+rw' || tables.blank === 'bd-re') return inUse ? 'needs-erase' : 'usable';
  if (!track) return 'usable';
  if (tables.blank === 'cd-rw') return 'needs-erase';
  return isOpen(tables, track) ? 'appendable' : 'lost';
};
