import { readSync } from 'node:fs';

const WINDOW = 64 * 1024;

/** Reads small pieces of a file through a window on it: what is read in order, or near what was read, costs no system call. */
export class FileWindow {
  readonly #fd: number;
  readonly #end: number;
  readonly #bytes = new Uint8Array(WINDOW);
  #start = 0;
  #length = 0;

  /** `end` is where the file ends: nothing beyond is asked for. */
  constructor(fd: number, end: number) {
    this.#fd = fd;
    this.#end = end;
  }

  #holds(offset: number, length: number): boolean {
    return offset >= this.#start && offset + length <= this.#start + this.#length;
  }

  #readFrom(bytes: Uint8Array, offset: number): number {
    let done = 0;
    for (;;) {
      const count = readSync(this.#fd, bytes, done, bytes.length - done, offset + done);
      done += count;
      if (count === 0 || done === bytes.length) return done;
    }
  }

  /** The bytes, valid until the next call; undefined where the file has none. */
  read(offset: number, length: number): Uint8Array | undefined {
    if (offset < 0 || offset + length > this.#end) return undefined;
    if (length > WINDOW) {
      const bytes = new Uint8Array(length);
      return this.#readFrom(bytes, offset) === length ? bytes : undefined;
    }
    if (!this.#holds(offset, length)) {
      this.#start = offset;
      this.#length = this.#readFrom(this.#bytes.subarray(0, Math.min(WINDOW, this.#end - offset)), offset);
      if (this.#length < length) return undefined;
    }
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + length);
  }
}
