import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { LayoutError } from '../binary/codec.js';
import type { Layout, ValuesOf } from '../binary/layout.js';
import { SpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';
import { FileWindow } from './file-window.js';
import { readContinued } from './continued.js';
import type { Extent, ImageSummary, Part } from './image.js';
import type { PlacedSource } from './image-contents.js';
import {
  extentRecord,
  fileDigestRecord,
  HEAD_DIGEST_OFFSET,
  IMAGE_FILE_VERSION,
  imageFileHeader,
  imageFileSignature,
  nameChangeRecord,
  partRecord,
  sourceRecord,
  stringReference,
} from './image-file-layout.js';
import { FILE_SYSTEMS, type NameChange } from './name-changes.js';
import { RecordedDigests } from './recorded-digests.js';

type Header = ValuesOf<typeof imageFileHeader>;
type Section = Header['parts'];

/** A row of the layout of an image: where the bytes of a file lie. Addresses and lengths are bytes within the part. */
export interface LayoutRow {
  readonly path: string;
  readonly address: number;
  readonly length: number;
}

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

interface PartRows {
  readonly firstExtent: number;
  readonly extentCount: number;
}

const UNIT_SUBCHANNELS = [0, 16, 96] as const;

/** An open image file. It reads what it is asked for and keeps nothing but windows of fixed size. */
export class ImageFile {
  readonly path: string;
  readonly summary: ImageSummary;
  readonly #fd: number;
  readonly #header: Header;
  readonly #roots: readonly string[];
  readonly #partRows: readonly PartRows[];
  readonly #records: FileWindow;
  readonly #sourceRecords: FileWindow;
  readonly #digestRecords: FileWindow;
  readonly #strings: FileWindow;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    const end = fstatSync(fd).size;
    this.#records = new FileWindow(fd, end);
    this.#sourceRecords = new FileWindow(fd, end);
    this.#digestRecords = new FileWindow(fd, end);
    this.#strings = new FileWindow(fd, end);
    this.#header = this.#readHeader(end);
    this.#checkHead();
    this.#roots = Array.from({ length: Number(this.#header.roots.count) }, (_, index) =>
      this.#string(this.#record(stringReference, this.#header.roots, index)),
    );
    const parts = Array.from({ length: Number(this.#header.parts.count) }, (_, index) =>
      this.#record(partRecord, this.#header.parts, index),
    );
    this.#partRows = parts.map(({ firstExtent, extentCount }) => ({
      firstExtent: Number(firstExtent),
      extentCount: Number(extentCount),
    }));
    this.summary = this.#summary(parts.map((part) => this.#part(part)));
  }

  #invalid(reason: string, cause?: unknown): SpindleError {
    return new SpindleError('image-invalid', `${this.path}: ${reason}`, { cause });
  }

  #bytes(window: FileWindow, offset: number, length: number): Uint8Array {
    const bytes = window.read(offset, length);
    if (!bytes) throw this.#invalid('the image file is truncated.');
    return bytes;
  }

  #decode<V, I>(layout: Layout<V, I>, bytes: Uint8Array): V {
    try {
      return layout.decode(bytes);
    } catch (error) {
      if (error instanceof LayoutError) throw this.#invalid(error.message, error);
      throw error;
    }
  }

  #readHeader(end: number): Header {
    const signature = this.#decode(
      imageFileSignature,
      this.#bytes(this.#records, 0, imageFileSignature.size),
    );
    if (signature.version !== IMAGE_FILE_VERSION)
      throw this.#invalid(
        `version ${signature.version} of the image file is not known here, only ${IMAGE_FILE_VERSION}.`,
      );
    const header = this.#decode(imageFileHeader, this.#bytes(this.#records, 0, imageFileHeader.size));
    if (header.fileBytes !== BigInt(end)) throw this.#invalid('the image file is truncated.');
    return header;
  }

  #checkHead(): void {
    const hash = createHash('sha256').update(this.#bytes(this.#records, 0, HEAD_DIGEST_OFFSET));
    const covered = [
      { at: this.#header.parts, size: partRecord.size },
      { at: this.#header.roots, size: stringReference.size },
    ];
    for (const { at, size } of covered)
      hash.update(this.#bytes(this.#records, Number(at.offset), Number(at.count) * size));
    if (!hash.digest().equals(this.#header.headDigest)) throw this.#invalid('the image file is damaged.');
  }

  #record<V, I>(layout: Layout<V, I>, section: Section, index: number, window = this.#records): V {
    if (!(index >= 0 && index < Number(section.count)))
      throw this.#invalid(`there is no ${layout.name} ${index}.`);
    return this.#decode(
      layout,
      this.#bytes(window, Number(section.offset) + index * layout.size, layout.size),
    );
  }

  #string({ offset, length }: ValuesOf<typeof stringReference>): string {
    const { strings } = this.#header;
    if (offset + BigInt(length) > strings.count) throw this.#invalid('a string lies outside.');
    const bytes = this.#bytes(this.#strings, Number(strings.offset + offset), length);
    try {
      return JSON.parse(`"${Buffer.from(bytes).toString()}"`) as string;
    } catch (error) {
      throw this.#invalid('a string is damaged.', error);
    }
  }

  #part(values: ValuesOf<typeof partRecord>): Part {
    const subchannelBytes = UNIT_SUBCHANNELS.find((size) => size === values.subchannelBytes);
    if (subchannelBytes === undefined) throw this.#invalid('a part has an unknown unit.');
    return {
      session: values.session,
      track: values.track,
      unit: { mainBytes: values.mainBytes, subchannelBytes },
      start: values.nextWritable ? 'next-writable' : Number(BigInt.asIntN(64, values.start)),
      length: Number(values.length),
    };
  }

  #summary(parts: readonly Part[]): ImageSummary {
    const { imageBytes, files, directories, smallFiles, volumeIdentifier, requestDigest } = this.#header;
    return {
      parts,
      bytes: Number(imageBytes),
      volumeIdentifier: this.#string(volumeIdentifier),
      files,
      directories,
      smallFiles,
      requestDigest: Buffer.from(requestDigest).toString('hex'),
      ...(this.#header.endsWithTable && { endsWithTable: true }),
      ...this.#continued(),
    };
  }

  #continued(): Pick<ImageSummary, 'continues'> {
    const { continues } = this.#header;
    return continues.length === 0 ? {} : { continues: readContinued(this.#string(continues)) };
  }

  /** Number of extents of a part. */
  extentCount(part: number): number {
    return this.#partRows[part]?.extentCount ?? 0;
  }

  /** Extent `index` of a part. */
  extent(part: number, index: number): Extent {
    const { firstExtent, extentCount } = this.#partRows[part] ?? { firstExtent: 0, extentCount: 0 };
    if (index >= extentCount) throw this.#invalid(`there is no extent ${index} in part ${part}.`);
    const values = this.#record(extentRecord, this.#header.extents, firstExtent + index);
    const address = Number(values.address);
    const length = Number(values.length);
    const offset = Number(values.offset);
    return values.fromSource
      ? { kind: 'source', address, length, source: values.source, offset }
      : { kind: 'metadata', address, length, offset };
  }

  /** Index of the first extent of a part that ends after `address`; the number of extents where there is none. */
  extentAt(part: number, address: number): number {
    let low = 0;
    let high = this.extentCount(part);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const extent = this.extent(part, middle);
      if (extent.address + extent.length <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get sourceCount(): number {
    return Number(this.#header.sources.count);
  }

  source(index: number): PlacedSource {
    const values = this.#record(sourceRecord, this.#header.sources, index, this.#sourceRecords);
    const root = this.#roots[values.root];
    if (root === undefined) throw this.#invalid('a source names no root.');
    return {
      place: this.#string(values.place),
      source: {
        root,
        path: this.#string(values.path),
        device: values.device,
        inode: values.inode,
        size: Number(values.size),
        mtimeNs: BigInt.asIntN(64, values.mtimeNs),
        ctimeNs: BigInt.asIntN(64, values.ctimeNs),
      },
    };
  }

  /** Fills `target` with metadata from `offset` on. */
  readMetadata(target: Uint8Array, offset: number): void {
    const { metadata } = this.#header;
    if (offset + target.length > Number(metadata.count))
      throw this.#invalid('an extent lies outside the metadata.');
    const from = Number(metadata.offset) + offset;
    for (let done = 0; done < target.length;) {
      const count = readSync(this.#fd, target, done, target.length - done, from + done);
      if (count === 0) throw this.#invalid('the image file is truncated.');
      done += count;
    }
  }

  /** Bytes of the manifest's text; 0 where the image has none. */
  get manifestBytes(): number {
    return Number(this.#header.manifest.count);
  }

  /** Bytes of the only part at which the manifest's text begins. */
  get manifestAddress(): number {
    return Number(this.#header.manifest.offset);
  }

  /** What the manifest says of files. */
  get digests(): RecordedDigests {
    const { fileDigests } = this.#header;
    return new RecordedDigests(
      Number(fileDigests.count),
      (index) => this.#record(fileDigestRecord, fileDigests, index, this.#digestRecords),
      (reference) => this.#string(reference),
    );
  }

  /** Path on the disc of the file that has the byte at `address` of a part; undefined for structures and gaps. */
  fileAt(part: number, address: number): string | undefined {
    const index = this.extentAt(part, address);
    if (index >= this.extentCount(part)) return undefined;
    const extent = this.extent(part, index);
    return extent.kind === 'source' && extent.address <= address
      ? this.source(extent.source).place
      : undefined;
  }

  /** Paths on the disc of the files that have bytes in a range of a part, `limit` of them at most. */
  filesIn(
    part: number,
    { address, length, limit }: { address: number; length: number; limit: number },
  ): string[] {
    const paths: string[] = [];
    for (
      let index = this.extentAt(part, address);
      index < this.extentCount(part) && paths.length < limit;
      index++
    ) {
      const extent = this.extent(part, index);
      if (extent.address >= address + length) break;
      if (extent.kind === 'source') paths.push(this.source(extent.source).place);
    }
    return paths;
  }

  /** A page of the layout: the contents of files in the order of their addresses. */
  layout(part: number, { offset, limit }: Page): LayoutRow[] {
    const rows: LayoutRow[] = [];
    const end = Math.min(this.extentCount(part), offset + limit);
    for (let index = offset; index < end; index++) {
      const extent = this.extent(part, index);
      const path = extent.kind === 'source' ? this.source(extent.source).place : '';
      rows.push({ path, address: extent.address, length: extent.length });
    }
    return rows;
  }

  get nameChangeCount(): number {
    return Number(this.#header.nameChanges.count);
  }

  /** A page of the names that file systems of the image change. */
  nameChanges({ offset, limit }: Page): NameChange[] {
    const count = Math.max(0, Math.min(limit, this.nameChangeCount - offset));
    return Array.from({ length: count }, (_, index) => {
      const values = this.#record(nameChangeRecord, this.#header.nameChanges, offset + index);
      const fileSystem = FILE_SYSTEMS[values.fileSystem];
      if (fileSystem === undefined) throw this.#invalid('a name change is damaged.');
      const [path, recordedAs] = [this.#string(values.path), this.#string(values.recordedAs)];
      const { pathBytes } = values;
      return { path, fileSystem, recordedAs, ...(pathBytes > 0 && { pathBytes }) };
    });
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const openExisting = (path: string): number => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new SpindleError('image-invalid', `There is no image file ${path}.`, { cause: error });
  }
};

/** Opens an image file; `image-invalid` when it is none, damaged, incomplete or of a newer version. */
export const openImageFile = (path: string): ImageFile => {
  const fd = openExisting(path);
  try {
    return new ImageFile(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};
