import { type Extent, type Root, unitBytes } from './image.js';
import type { ImageFile } from './image-file.js';
import { openRoots, type OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';
import type { Spool } from './spool.js';

const SOME = 256;

interface Position {
  readonly part: number;
  /** Index of the next extent that may hold bytes. */
  index: number;
  extent: Extent | undefined;
}

/**
 * Produces the bytes of an image, synchronously and straight into the caller's memory: for the thread that feeds a drive, for HTTP Range and
 * for the spool. Reading on where the last read ended is cheap; reading elsewhere costs a search. It keeps one source open.
 */
export class ImageReader {
  readonly #image: ImageFile;
  readonly #roots: OpenRoots;
  readonly #sources: SourceReader;
  readonly #spool: Spool | undefined;
  #position: Position = { part: -1, index: 0, extent: undefined };
  #end = -1;
  #openSource = -1;

  /** With a spool, all bytes come from there and no source is opened. */
  constructor(image: ImageFile, roots: readonly Root[], spool?: Spool) {
    this.#image = image;
    this.#roots = openRoots(roots);
    this.#sources = new SourceReader(this.#roots);
    this.#spool = spool;
  }

  /**
   * Opens all sources and compares them with what was measured, without reading any, be it in the middle of one that is
   * read; calls `onSome` after every few hundred. With a spool there is nothing to compare.
   */
  compareSources(onSome: () => void): void {
    if (this.#spool) return;
    const sources = new SourceReader(this.#roots);
    try {
      for (let index = 0; index < this.#image.sourceCount; index += 1) {
        sources.open(this.#image.source(index).source);
        sources.close();
        if (index % SOME === SOME - 1) onSome();
      }
    } finally {
      sources.close();
    }
  }

  /** Fills `target` with the bytes of a part from byte `address` on. What no extent covers is zero. */
  read(part: number, address: number, target: Uint8Array): void {
    const { unit, length } = this.#image.summary.parts[part] ?? {
      unit: { mainBytes: 0, subchannelBytes: 0 },
      length: 0,
    };
    if (address < 0 || address + target.length > unitBytes(unit) * length)
      throw new RangeError(`${address} + ${target.length} lies outside part ${part}`);
    if (this.#spool) this.#spool.read(part, address, target);
    else this.#readExtents(part, address, target);
  }

  #readExtents(part: number, address: number, target: Uint8Array): void {
    if (this.#position.part !== part || this.#end !== address) this.#seek(part, address);
    for (let done = 0; done < target.length;) {
      const extent = this.#position.extent;
      const at = address + done;
      if (!extent || extent.address >= at + target.length - done) {
        target.fill(0, done);
        break;
      }
      if (extent.address > at) {
        target.fill(0, done, done + extent.address - at);
        done += extent.address - at;
        continue;
      }
      const length = Math.min(extent.address + extent.length - at, target.length - done);
      this.#readExtent(extent, at - extent.address, target.subarray(done, done + length));
      done += length;
      if (at + length === extent.address + extent.length) this.#advance();
    }
    this.#end = address + target.length;
  }

  #seek(part: number, address: number): void {
    const index = this.#image.extentAt(part, address);
    this.#position = { part, index, extent: this.#extent(part, index) };
  }

  #extent(part: number, index: number): Extent | undefined {
    return index < this.#image.extentCount(part) ? this.#image.extent(part, index) : undefined;
  }

  #advance(): void {
    this.#finishSource();
    this.#position.index++;
    this.#position.extent = this.#extent(this.#position.part, this.#position.index);
  }

  #finishSource(): void {
    this.#openSource = -1;
    this.#sources.finish();
  }

  /** Path on the disc of the file whose bytes come next, or are read; undefined where none is open. */
  get path(): string | undefined {
    return this.#openSource < 0 ? undefined : this.#image.source(this.#openSource).place;
  }

  #readExtent(extent: Extent, within: number, target: Uint8Array): void {
    if (extent.kind === 'metadata') {
      this.#image.readMetadata(target, extent.offset + within);
      return;
    }
    if (this.#openSource !== extent.source) {
      this.#openSource = -1;
      this.#sources.open(this.#image.source(extent.source).source);
      this.#openSource = extent.source;
    }
    this.#sources.read(target, extent.offset + within);
  }

  /** Compares the open source a last time and closes everything; after a failure `close` alone. */
  finish(): void {
    this.#finishSource();
    this.close();
  }

  close(): void {
    this.#sources.close();
    this.#roots.close();
  }
}
