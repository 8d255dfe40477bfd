import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { bytes, padded, uint32le } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { SpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';
import { reserveFile } from '../os/atomic-file.js';
import { type Part, unitBytes } from './image.js';
import type { ImageFile } from './image-file.js';

/** Bytes per digest; the last of a part covers what is left. */
export const DIGEST_SPAN = 1024 * 1024;
const DIGEST_BYTES = 32;

/** The file beside the image file: this header, then one SHA-256 after the other, part by part. */
const digestFileHeader = layout('digest file header', 56, {
  magic: fixed(rbp(0, 12, padded(12)), 'SPINDLESHA2'),
  version: fixed(rbp(12, 4, uint32le), 1),
  count: rbp(16, 4, uint32le),
  /** SHA-256 of the digests that follow. */
  digest: rbp(24, 32, bytes(32)),
});

const spansOf = (part: Part): number => Math.ceil((part.length * unitBytes(part.unit)) / DIGEST_SPAN);

/** What mebibyte of an image a digest belongs to. */
export interface DigestPlace {
  readonly part: number;
  /** Counted from 0 in the part. */
  readonly mebibyte: number;
  /** Bytes within the part. */
  readonly address: number;
  readonly length: number;
}

/** The digests of all parts of an image, in the order in which its bytes are sent. */
export class Digests {
  readonly #parts: readonly Part[];
  readonly #bytes: Uint8Array;

  constructor(parts: readonly Part[], digests: Uint8Array) {
    this.#parts = parts;
    this.#bytes = digests;
  }

  get count(): number {
    return this.#bytes.length / DIGEST_BYTES;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Digest `index`, counted over all parts. */
  at(index: number): Uint8Array {
    return this.#bytes.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
  }

  placeOf(index: number): DigestPlace {
    let before = 0;
    for (const [part, description] of this.#parts.entries()) {
      const mebibyte = index - before;
      before += spansOf(description);
      if (index >= before) continue;
      const address = mebibyte * DIGEST_SPAN;
      const bytesOfPart = description.length * unitBytes(description.unit);
      return { part, mebibyte, address, length: Math.min(DIGEST_SPAN, bytesOfPart - address) };
    }
    throw new RangeError(`there is no digest ${index}`);
  }

  /** Index of the first digest that differs; undefined when all are equal. */
  firstDifference(other: Digests): number | undefined {
    for (let index = 0; index < this.count; index++)
      if (Buffer.compare(this.at(index), other.at(index)) !== 0) return index;
    return undefined;
  }
}

/** Takes the bytes of an image in the order in which they are sent, in pieces of any size, and digests them. */
export class DigestAccumulator {
  readonly #parts: readonly Part[];
  readonly #digests: Uint8Array;
  #index = 0;
  #part = 0;
  #leftInPart: number;
  #leftInSpan: number;
  #hash: Hash = createHash('sha256');

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.#digests = new Uint8Array(parts.reduce((total, part) => total + spansOf(part), 0) * DIGEST_BYTES);
    this.#leftInPart = this.#bytesOf(0);
    this.#leftInSpan = Math.min(DIGEST_SPAN, this.#leftInPart);
  }

  #bytesOf(part: number): number {
    const description = this.#parts[part];
    return description ? description.length * unitBytes(description.unit) : 0;
  }

  /** How many digests are complete. */
  get done(): number {
    return this.#index;
  }

  update(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      if (this.#leftInSpan === 0) throw new RangeError('more bytes than the image has');
      const length = Math.min(this.#leftInSpan, piece.length - at);
      this.#hash.update(piece.subarray(at, at + length));
      at += length;
      this.#leftInSpan -= length;
      this.#leftInPart -= length;
      if (this.#leftInSpan === 0) this.#closeSpan();
    }
  }

  #closeSpan(): void {
    this.#digests.set(this.#hash.digest(), this.#index * DIGEST_BYTES);
    this.#index++;
    this.#hash = createHash('sha256');
    if (this.#leftInPart === 0) this.#leftInPart = this.#bytesOf(++this.#part);
    this.#leftInSpan = Math.min(DIGEST_SPAN, this.#leftInPart);
  }

  /** A complete digest, while others are still to come: verification compares as it reads. */
  at(index: number): Uint8Array | undefined {
    return index < this.#index
      ? this.#digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
      : undefined;
  }

  /** All digests; only after the last byte. */
  finish(): Digests {
    if (this.#index * DIGEST_BYTES !== this.#digests.length)
      throw new RangeError('fewer bytes than the image has');
    return new Digests(this.#parts, this.#digests);
  }
}

/** Where the digests of an image lie. */
export const digestsPath = (image: Pick<ImageFile, 'path'>): string => `${image.path}.sha256`;

const decodeDigests = (path: string, parts: readonly Part[], content: Uint8Array): Digests => {
  const header = content.length >= digestFileHeader.size ? digestFileHeader.decode(content) : undefined;
  const digests = content.subarray(digestFileHeader.size);
  const expected = parts.reduce((total, part) => total + spansOf(part), 0);
  if (
    header?.count !== expected ||
    digests.length !== expected * DIGEST_BYTES ||
    !createHash('sha256').update(digests).digest().equals(header.digest)
  )
    throw new SpindleError('image-invalid', `${path} does not hold the digests of its image.`);
  return new Digests(parts, digests);
};

/** The digests that the first stream through an image fixed; undefined before it was complete. */
export const loadDigests = (image: ImageFile): Digests | undefined => {
  const path = digestsPath(image);
  try {
    return decodeDigests(path, image.summary.parts, readFileSync(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Which files have bytes in a mebibyte, in words. */
const filesOf = (image: ImageFile, { part, address, length }: DigestPlace): string => {
  const files = image.filesIn(part, { address, length, limit: 10 });
  return files.length > 0 ? `: ${files.join(', ')}` : '';
};

/** Throws `image-digest-mismatch` naming the first mebibyte that differs and the files in it. */
export const compareDigests = (image: ImageFile, fixed: Digests, later: Digests): void => {
  const index = fixed.firstDifference(later);
  if (index === undefined) return;
  const place = fixed.placeOf(index);
  throw new SpindleError(
    'image-digest-mismatch',
    `Mebibyte ${place.mebibyte} of part ${place.part + 1} differs from what was sent first${filesOf(image, place)}.`,
  );
};

/** The room on disk that digests will need. */
export interface DigestRoom {
  /** Fixes the digests of the first complete stream; those of every later one must be the same. */
  store(digests: Digests): void;
  /** Gives the room back, if it was not used. */
  discard(): void;
}

/** Takes it beforehand: a disk that is full in mid burn must not cost a disc. */
export const reserveDigests = (image: ImageFile): DigestRoom => {
  const count = image.summary.parts.reduce((total, part) => total + spansOf(part), 0);
  const room = reserveFile(digestsPath(image), digestFileHeader.size + count * DIGEST_BYTES);
  return {
    store: (digests) => {
      const header = digestFileHeader.encode({
        count: digests.count,
        digest: createHash('sha256').update(digests.bytes).digest(),
      });
      const stored = room.write(Buffer.concat([header, digests.bytes]));
      const fixedBefore = stored ? undefined : loadDigests(image);
      if (fixedBefore) compareDigests(image, fixedBefore, digests);
    },
    discard: () => {
      room.discard();
    },
  };
};

export const storeDigests = (image: ImageFile, digests: Digests): void => {
  reserveDigests(image).store(digests);
};
