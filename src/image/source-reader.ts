import { readSync } from 'node:fs';

import { isSpindleError, SpindleError } from '../errors.js';
import { closeRead } from '../os/close-read.js';
import { openBeneath, readWholeBeneath } from '../os/openat2.js';
import { sourceError } from '../os/source-error.js';
import { fstatInto, STAT, statRow } from '../os/stat.js';
import type { Source } from './image.js';
import type { OpenRoots } from './roots.js';

/** Whether an open file still is the source that was measured: the same file, neither written nor given other attributes since. */
const isSame = (row: BigInt64Array, source: Source): boolean =>
  row[STAT.size] === BigInt(source.size) &&
  row[STAT.mtimeNs] === source.mtimeNs &&
  row[STAT.ctimeNs] === source.ctimeNs &&
  row[STAT.inode] === source.inode &&
  row[STAT.device] === source.device;

const changed = ({ root, path }: Source, cause?: unknown): SpindleError =>
  new SpindleError('source-changed', `${root}:${path} is not the file any more that was measured.`, {
    cause,
  });

/**
 * Reads sources, one at a time: compared with what was measured before the first byte and after the last. All synchronous, since a
 * thread that does nothing else reads small files twice as fast so.
 */
export class SourceReader {
  readonly #roots: OpenRoots;
  readonly #row = statRow();
  #fd = -1;
  #source: Source | undefined;

  constructor(roots: OpenRoots) {
    this.#roots = roots;
  }

  #compare(source: Source): void {
    try {
      fstatInto(this.#fd, this.#row);
    } catch (error) {
      throw sourceError(error, source.path);
    }
    if (!isSame(this.#row, source)) throw changed(source);
  }

  /** What is of a kind that cannot be recorded has taken the place of the file that was measured. */
  #openFile(source: Source): number {
    try {
      return openBeneath(this.#roots.descriptor(source.root), source.path);
    } catch (error) {
      if (isSpindleError(error) && error.code === 'source-unsupported') throw changed(source, error);
      throw error;
    }
  }

  /** Opens and compares; finishes the source that was open. */
  open(source: Source): void {
    this.finish();
    this.#fd = this.#openFile(source);
    this.#source = source;
    this.#compare(source);
  }

  /**
   * Fills `target`, which is as long as the source, and compares as `open` and `finish` do, at once. False where anything was in the
   * way: done step by step it says what.
   */
  readWhole(source: Source, target: Uint8Array): boolean {
    const row = this.#row;
    row[STAT.device] = source.device;
    row[STAT.inode] = source.inode;
    row[STAT.size] = BigInt(source.size);
    row[STAT.mtimeNs] = source.mtimeNs;
    row[STAT.ctimeNs] = source.ctimeNs;
    return readWholeBeneath(this.#roots.descriptor(source.root), source.path, row, target);
  }

  /** The descriptor of the open source. */
  get descriptor(): number {
    return this.#fd;
  }

  /** Fills `target` with the bytes from `offset` on; a source that ends before is one that changed. */
  read(target: Uint8Array, offset: number): void {
    const source = this.#source;
    if (!source) throw new Error('no source is open');
    let done = 0;
    while (done < target.length) {
      let count: number;
      try {
        count = readSync(this.#fd, target, done, target.length - done, offset + done);
      } catch (error) {
        throw sourceError(error, source.path);
      }
      if (count === 0) throw changed(source);
      done += count;
    }
  }

  /** Compares once more and closes. */
  finish(): void {
    if (this.#source) this.#compare(this.#source);
    this.close();
  }

  /** Closes without comparing: after a failure, or when the rest of the source is not wanted. */
  close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    this.#source = undefined;
    if (fd !== -1) closeRead(fd);
  }
}
