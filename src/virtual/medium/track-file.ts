import { close, constants, existsSync, fdatasync, ftruncateSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { writeAll } from '../../os/write-all.js';
import type { MediumTrack } from './medium-tables.js';
import { openSyncedEnd } from './synced-end.js';
import { openWrittenMap } from './written-map.js';

const closeFile = promisify(close);
const syncFile = promisify(fdatasync);

/** So much may wait in the page cache, so that the sync at the end of a disc is short. */
const WRITE_BACK_BYTES = 64 * 1024 * 1024;

/** The units of one track, addressed from the first unit in the file, and the map of which are recorded. */
export interface TrackFile {
  /** Of each unit. */
  readonly unitBytes: number;
  /** Records whole units; `bytes` undefined records nothing but claims to have. */
  write(first: number, count: number, bytes: Uint8Array | undefined): void;
  /** Blanks the units from here on. */
  discard(first: number): void;
  /** This machine lost its power: what was not on disk by then was not recorded, whatever the map says. */
  discardUnsynced(): void;
  /** Reads whole units; what was never recorded reads as zeros. */
  read(first: number, count: number): Uint8Array;
  isRecorded(first: number, count: number): boolean;
  /** Whether any of the units is recorded. */
  touches(first: number, count: number): boolean;
  /** One more than the highest recorded unit. */
  recordedEnd(): number;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const FLAGS = {
  read: constants.O_RDONLY | constants.O_NOFOLLOW,
  write: constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
} as const;

const readInto = (fd: number, target: Uint8Array, position: number): void => {
  let at = 0;
  while (at < target.length) {
    const count = readSync(fd, target, at, target.length - at, position + at);
    if (count === 0) return;
    at += count;
  }
};

/** A track that was reserved or formatted and not yet begun has no files. */
export const isTrackFileThere = (path: string): boolean =>
  existsSync(`${path}.data`) && existsSync(`${path}.map`);

export const unitBytesOf = ({ unit }: MediumTrack): number => unit.mainBytes + unit.subchannelBytes;

const refuseWriting = (): never => {
  throw new Error('The track was opened for reading');
};

/** What stands for the files of such a track where it is only to be read. */
export const blankTrackFile = (track: MediumTrack): TrackFile => ({
  unitBytes: unitBytesOf(track),
  write: refuseWriting,
  discard: refuseWriting,
  discardUnsynced: refuseWriting,
  read: (_, count) => new Uint8Array(count * unitBytesOf(track)),
  isRecorded: () => false,
  touches: () => false,
  recordedEnd: () => 0,
  sync: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

/** One more than the highest recorded unit of a track. */
export const readRecordedEnd = (path: string): number => {
  if (!isTrackFileThere(path)) return 0;
  const map = openWrittenMap(`${path}.map`, FLAGS.read);
  map.close();
  return map.end();
};

/** Opens `<path>.data` and `<path>.map`, to write also `<path>.synced`. */
export const openTrackFile = (path: string, track: MediumTrack, access: keyof typeof FLAGS): TrackFile => {
  const fd = openSync(`${path}.data`, FLAGS[access], 0o600);
  const map = openWrittenMap(`${path}.map`, FLAGS[access]);
  const synced = access === 'write' ? openSyncedEnd(`${path}.synced`) : undefined;
  const unitBytes = unitBytesOf(track);
  let unsynced = 0;
  let writeBack: Promise<void> = Promise.resolve();
  let failure: unknown;

  /** Data, then the map, then how far both are: the map alone may come to disk before the data by itself. */
  const settle = async (): Promise<void> => {
    const end = map.end();
    await syncFile(fd);
    await map.sync();
    await synced?.keep(end);
  };
  const discard = (first: number): void => {
    map.clearFrom(first);
    ftruncateSync(fd, first * unitBytes);
  };
  const writeBackSoon = (written: number): void => {
    unsynced += written;
    if (unsynced < WRITE_BACK_BYTES) return;
    unsynced = 0;
    writeBack = writeBack.then(settle).catch((error: unknown) => {
      failure = error;
    });
  };
  const sync = async (): Promise<void> => {
    await writeBack;
    if (failure !== undefined) throw new Error(`${path}.data cannot be written`, { cause: failure });
    await settle();
    unsynced = 0;
  };
  return {
    unitBytes,
    write: (first, count, bytes) => {
      if (bytes !== undefined) writeAll(fd, bytes, first * unitBytes);
      map.mark(first, count);
      writeBackSoon(count * unitBytes);
    },
    discard,
    discardUnsynced: () => {
      if (synced?.ofEarlierBoot !== undefined && synced.ofEarlierBoot < map.end())
        discard(synced.ofEarlierBoot);
    },
    read: (first, count) => {
      const bytes = new Uint8Array(count * unitBytes);
      readInto(fd, bytes, first * unitBytes);
      return bytes;
    },
    isRecorded: (first, count) => map.covers(first, count),
    touches: (first, count) => map.touches(first, count),
    recordedEnd: () => map.end(),
    sync: access === 'read' ? () => Promise.resolve() : sync,
    close: async () => {
      await writeBack;
      synced?.close();
      map.close();
      await closeFile(fd);
    },
  };
};
