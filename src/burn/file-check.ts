import { createHash, type Hash } from 'node:crypto';
import { sameBytes } from '../binary/same-bytes.js';
import type { Finding } from './bad-ranges.js';

const BLOCK = 2048;

/** A file of an image that has a manifest, or a named stream of one. */
export interface ManifestFile {
  /** On the disc. */
  readonly path: string;
  readonly stream?: string;
  /** Bytes from the beginning of the image. */
  readonly address: number;
  readonly length: number;
  readonly sha256: Uint8Array;
}

interface Open {
  readonly file: ManifestFile;
  readonly hash: Hash;
  done: number;
}

/** Hashes the files of a manifest from what is read back, whole ones only: a file of which a part was not read or is bad already is left out. */
export interface FileCheck {
  /** Blocks of the image that were read, in ascending order. */
  add(from: number, read: Uint8Array): readonly Finding[];
  /** After the last block: files and streams that were read whole and are what the manifest says, and those that were not read whole. */
  finish(): { readonly good: number; readonly missed: number };
}

/** All blocks of a file that is not what the manifest says: a digest does not tell which. */
const findingOf = ({ path: file, stream, address, length }: ManifestFile): Finding => {
  const from = Math.floor(address / BLOCK);
  const count = Math.ceil((address + length) / BLOCK) - from;
  return { from, count, kind: 'mismatch', exact: false, file, ...(stream !== undefined && { stream }) };
};

/** Takes what a piece has of an open file; true when the file ends in it. */
const takeInto = (open: Open, piece: Uint8Array): boolean => {
  const rest = piece.subarray(0, open.file.length - open.done);
  open.hash.update(rest);
  open.done += rest.length;
  return open.done === open.file.length;
};

/** `files` by ascending address. */
export const createFileCheck = (files: Iterable<ManifestFile>): FileCheck => {
  const iterator = files[Symbol.iterator]() as Iterator<ManifestFile, undefined>;
  let next = iterator.next().value;
  let open: Open | undefined;
  let good = 0;
  let missed = 0;

  const miss = (): void => {
    missed += 1;
    next = iterator.next().value;
  };

  /** A file of which a piece was left out cannot be told any more. */
  const seek = (address: number): void => {
    if (open && open.file.address + open.done !== address) {
      open = undefined;
      missed += 1;
    }
    while (!open && next && next.address < address) miss();
  };

  /** The file that goes on, or the next one where it begins before `end`. */
  const current = (end: number): Open | undefined => {
    if (open || !next || next.address >= end) return open;
    open = { file: next, hash: createHash('sha256'), done: 0 };
    next = iterator.next().value;
    return open;
  };

  return {
    add: (from, read) => {
      const start = from * BLOCK;
      const findings: Finding[] = [];
      seek(start);
      for (let file = current(start + read.length); file; file = current(start + read.length)) {
        if (!takeInto(file, read.subarray(file.file.address + file.done - start))) break;
        open = undefined;
        if (sameBytes(file.hash.digest(), file.file.sha256)) good += 1;
        else findings.push(findingOf(file.file));
      }
      return findings;
    },
    finish: () => {
      if (open) missed += 1;
      open = undefined;
      while (next) miss();
      return { good, missed };
    },
  };
};
