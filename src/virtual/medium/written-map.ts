import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const syncFile = promisify(fdatasync);

/** One bit per unit of a track, most significant first, kept in a sparse file: set where a unit was recorded. */
export interface WrittenMap {
  mark(first: number, count: number): void;
  /** Forgets the units from here on. */
  clearFrom(first: number): void;
  /** Whether all of the units are recorded. */
  covers(first: number, count: number): boolean;
  /** Whether any of the units is recorded. */
  touches(first: number, count: number): boolean;
  /** One more than the highest recorded unit. */
  end(): number;
  sync(): Promise<void>;
  close(): void;
}

const bitOf = (unit: number): number => 0x80 >> (unit & 7);

const readAll = (fd: number): Uint8Array => {
  const bytes = new Uint8Array(fstatSync(fd).size);
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(fd, bytes, at, bytes.length - at, at);
    if (count === 0) break;
    at += count;
  }
  return bytes;
};

const grown = (map: Uint8Array, size: number): Uint8Array => {
  const bigger = new Uint8Array(Math.max(size, map.length * 2, 4096));
  bigger.set(map);
  return bigger;
};

const endOf = (map: Uint8Array): number => {
  for (let at = map.length - 1; at >= 0; at--) {
    const byte = map[at] ?? 0;
    if (byte !== 0) return at * 8 + 8 - Math.log2(byte & -byte);
  }
  return 0;
};

/** `flags` as for open(2). */
export const openWrittenMap = (path: string, flags: number): WrittenMap => {
  const fd = openSync(path, flags, 0o600);
  let map = readAll(fd);
  let end = endOf(map);
  const has = (unit: number): boolean => ((map[unit >> 3] ?? 0) & bitOf(unit)) !== 0;
  const write = (first: number, last: number): void => {
    const [from, to] = [first >> 3, (last >> 3) + 1];
    writeSync(fd, map, from, to - from, from);
  };
  return {
    mark: (first, count) => {
      const last = first + count - 1;
      if (last >> 3 >= map.length) map = grown(map, (last >> 3) + 1);
      for (let unit = first; unit <= last; unit++) map[unit >> 3] = (map[unit >> 3] ?? 0) | bitOf(unit);
      end = Math.max(end, last + 1);
      write(first, last);
    },
    clearFrom: (first) => {
      const at = first >> 3;
      if (at >= map.length) return;
      map[at] = (map[at] ?? 0) & ~(0xff >> (first & 7));
      map.fill(0, at + 1);
      write(first, first);
      ftruncateSync(fd, at + 1);
      end = endOf(map);
    },
    covers: (first, count) => {
      for (let unit = first; unit < first + count; unit++) if (!has(unit)) return false;
      return true;
    },
    touches: (first, count) => {
      for (let unit = first; unit < Math.min(first + count, end); unit++) if (has(unit)) return true;
      return false;
    },
    end: () => end,
    sync: () => syncFile(fd),
    close: () => {
      closeSync(fd);
    },
  };
};
