import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { padded, uint32le } from '../../binary/codec.js';
import { fixed, layout, rbp } from '../../binary/layout.js';
import { SpindleError } from '../../errors.js';
import { BLOCK } from '../../iso9660/block.js';
import type { PromisedPieces } from '../../os/promised-pieces.js';
import type { BlockReader } from './block-reader.js';

/** Before each run of blocks in a file that keeps what was read of a medium; the bytes of the blocks follow. */
const keptRun = layout('run of kept blocks', 16, {
  magic: fixed(rbp(0, 8, padded(8)), 'SPINDLEB'),
  first: rbp(8, 4, uint32le),
  count: rbp(12, 4, uint32le),
});

const damaged = (): SpindleError =>
  new SpindleError('image-invalid', 'What was read of the medium is damaged.');

const write = (fd: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
};

/** Blocks that follow each other. */
interface Run {
  readonly first: number;
  readonly count: number;
}

/** Of the blocks of a run those that are not kept yet. */
const newRuns = ({ first, count }: Run, isKept: (block: number) => boolean): Run[] => {
  const runs: Run[] = [];
  for (let at = first; at < first + count; at += 1) {
    const last = runs.at(-1);
    if (isKept(at)) continue;
    if (last && last.first + last.count === at) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first: at, count: 1 });
  }
  return runs;
};

/** The file in which blocks are kept, and the room that it is promised. */
interface Keeping {
  readonly fd: number;
  readonly room: Pick<PromisedPieces, 'require' | 'used'>;
}

/**
 * The same blocks; each that is read is written to a file, too, once however often it is read. Rejects with `space-exhausted` where there
 * is no room for them.
 */
export const keepingBlocks = (reader: BlockReader, { fd, room }: Keeping): BlockReader => {
  const kept = new Set<number>();
  const keep = async ({ first, count }: Run, bytes: Uint8Array): Promise<void> => {
    const length = keptRun.size + bytes.length;
    await room.require(length);
    write(fd, keptRun.encode({ first, count }));
    write(fd, bytes);
    room.used(length);
    for (let block = first; block < first + count; block += 1) kept.add(block);
  };
  return {
    blocks: reader.blocks,
    read: async (first, count) => {
      const bytes = await reader.read(first, count);
      for (const run of newRuns({ first, count }, (block) => kept.has(block))) {
        const from = (run.first - first) * BLOCK;
        await keep(run, bytes.subarray(from, from + run.count * BLOCK));
      }
      return bytes;
    },
  };
};

const readAt = (fd: number, bytes: Uint8Array, position: number): void => {
  for (let done = 0; done < bytes.length;) {
    const got = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (got === 0) throw damaged();
    done += got;
  }
};

/** Where in the file each block lies. */
const placesIn = (fd: number): ReadonlyMap<number, number> => {
  const places = new Map<number, number>();
  const header = new Uint8Array(keptRun.size);
  const { size } = fstatSync(fd);
  for (let at = 0; at < size;) {
    readAt(fd, header, at);
    const { first, count } = keptRun.decode(header);
    at += header.length;
    for (let index = 0; index < count; index += 1) places.set(first + index, at + index * BLOCK);
    at += count * BLOCK;
  }
  return places;
};

/** Blocks of a medium as they were when they were kept. Others are as unreadable as they were then, or were never asked for. */
export const openKeptBlocks = (
  path: string,
  blocks: number,
): BlockReader & { readonly close: () => void } => {
  const fd = openSync(path, 'r');
  const places = placesIn(fd);
  const read = (first: number, count: number): Uint8Array => {
    const bytes = new Uint8Array(count * BLOCK);
    for (let index = 0; index < count; index += 1) {
      const place = places.get(first + index);
      if (place === undefined)
        throw new SpindleError('base-unreadable', `Block ${first + index} could not be read.`);
      readAt(fd, bytes.subarray(index * BLOCK, (index + 1) * BLOCK), place);
    }
    return bytes;
  };
  return {
    blocks,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown is to reject
    read: async (first, count) => read(first, count),
    close: () => {
      closeSync(fd);
    },
  };
};
