import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What really is on a virtual medium, read from its files by a reader of our own: format 1 of a medium's folder, with
 * the data of each track, a bitmap of its recorded units (most significant bit first) and tables in JSON.
 */
interface StoredTrack {
  readonly number: number;
  readonly firstUnit: number;
  readonly state: 'open' | 'closed';
  readonly damaged: boolean;
  readonly nextWritable: number;
  readonly end: number;
  readonly packets?: boolean;
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
  /** Every block of these bytes is recorded from this block of the medium on, and byte for byte the same. */
  holds(start: number, bytes: Buffer): boolean;
  /** The blocks between these two, as far as there are data. */
  between(start: number, end: number): Buffer;
  /** These bytes are recorded somewhere. */
  contains(bytes: Buffer): boolean;
  /** Anything but zeros is recorded. */
  readonly inUse: boolean;
  /** A volume of ISO 9660 begins where block 0 is. */
  readonly isVolume: boolean;
}

const read = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));

/** ECMA-119 §8.1: a volume descriptor says so in its bytes 1 to 5; the first lies in block 16. */
const DESCRIPTOR = { at: 16 * BLOCK + 1, is: Buffer.from('CD001') };

export const readStoredMedium = (folder: string): StoredMedium => {
  const tables = JSON.parse(readFileSync(join(folder, 'medium.json'), 'utf8')) as StoredTables;
  const file = ({ number }: StoredTrack, kind: 'data' | 'map'): Buffer =>
    read(join(folder, `track-${String(number).padStart(2, '0')}.${kind}`));
  const trackAt = (block: number): StoredTrack | undefined =>
    tables.tracks.find(({ firstUnit, end }) => block >= firstUnit && block < end);
  const dataOfFirst = (): Buffer => {
    const [first] = tables.tracks;
    return first ? file(first, 'data') : Buffer.alloc(0);
  };
  return {
    tables,
    holds: (start, bytes) => {
      const track = trackAt(start);
      if (!track) return false;
      const map = file(track, 'map');
      const isRecorded = (unit: number): boolean => ((map[unit >> 3] ?? 0) & (0x80 >> (unit & 7))) !== 0;
      const skipped = start - track.firstUnit;
      const units = Array.from({ length: bytes.length / BLOCK }, (_, block) => skipped + block);
      return (
        units.every(isRecorded) &&
        file(track, 'data')
          .subarray(skipped * BLOCK)
          .subarray(0, bytes.length)
          .equals(bytes)
      );
    },
    between: (start, end) => dataOfFirst().subarray(start * BLOCK, end * BLOCK),
    contains: (bytes) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.data'))
        .some((name) => readFileSync(join(folder, name)).includes(bytes)),
    get inUse() {
      const data = dataOfFirst();
      return !data.equals(Buffer.alloc(data.length));
    },
    get isVolume() {
      return dataOfFirst().subarray(DESCRIPTOR.at).subarray(0, DESCRIPTOR.is.length).equals(DESCRIPTOR.is);
    },
  };
};

const OVERWRITTEN_IN_PLACE: ReadonlySet<string> = new Set([
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
  'bd-re',
  'bd-re-dl',
  'removable-disk',
]);
const REWRITABLE: ReadonlySet<string> = new Set(['cd-rw', 'dvd-rw']);

const isInPlace = ({ blank, format }: StoredTables): boolean =>
  OVERWRITTEN_IN_PLACE.has(blank) || (blank === 'dvd-rw' && format !== null);

/** Increments that lost their end go on once that is repaired. */
const hasNext = (track: StoredTrack): boolean =>
  track.damaged ? track.packets === true : track.nextWritable < track.end;

/** A track of a CD can be closed wherever it broke off: there is room behind it, once its session is closed. */
const hasRoomBehind = ({ blank }: StoredTables): boolean => blank.startsWith('cd-');

/** Behind a track that was closed, another one can follow for as long as the disc is not finalized. */
const isOpen = (tables: StoredTables, track: StoredTrack): boolean =>
  !tables.finalized && (track.state === 'closed' || hasNext(track) || hasRoomBehind(tables));

/** The layers of a DVD+R DL end behind its recording: it can be closed, and then nothing follows. */
const hasNoMoreRoom = ({ blank, layer0Blocks }: StoredTables): boolean =>
  blank === 'dvd+r-dl' && layer0Blocks !== null;

/** A volume that was to grow can go on for as long as readers see one. */
const statesInPlace = ({ inUse, isVolume }: StoredMedium, grows: boolean): readonly string[] => {
  if (!inUse) return ['usable'];
  return [grows && isVolume ? 'appendable' : 'needs-erase'];
};

/** What may be said of such a medium, by what is stored; `goesOn`: with what lay on it before, which is not to be erased. */
export const storedStates = (stored: StoredMedium, goesOn = false): readonly string[] => {
  const { tables } = stored;
  const track = tables.tracks.at(-1);
  if (isInPlace(tables)) return statesInPlace(stored, goesOn);
  if (!track) return ['usable'];
  const isRewritable = REWRITABLE.has(tables.blank);
  if (isRewritable && !(goesOn && isOpen(tables, track))) return ['needs-erase'];
  if (!isOpen(tables, track)) return ['lost'];
  return hasNoMoreRoom(tables) ? ['appendable', 'lost'] : ['appendable'];
};
