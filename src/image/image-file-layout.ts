import { bytes, padded, uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { fixed, flag, layout, rbp } from '../binary/layout.js';

/*
 * The image file, all numbers little-endian:
 *
 *   header | parts | extents | sources | name changes | file digests | metadata | strings | roots
 *
 * Sections lie where the header says. Records are of fixed size, so that any of them is one pread away. Strings are named by offset
 * and length and are JSON strings without their quotes, since names may hold bytes that are no UTF-8 (lone surrogates, see
 * src/os/path-bytes.ts), which JSON escapes. An image file is written once, under another name, and renamed when it is complete.
 */

export const IMAGE_FILE_VERSION = 1;

/** A range of bytes of the file, or the place of an array of records. */
const section = layout('section', 16, {
  offset: rbp(0, 8, uint64le),
  /** Bytes, or records. */
  count: rbp(8, 8, uint64le),
});

/** A string in the string section. */
export const stringReference = layout('string reference', 12, {
  offset: rbp(0, 8, uint64le),
  length: rbp(8, 4, uint32le),
});

/** What says that this is an image file; the version stands where every version has it. */
export const imageFileSignature = layout('image file signature', 16, {
  magic: fixed(rbp(0, 12, padded(12)), 'SPINDLEIMAGE'),
  version: rbp(12, 4, uint32le),
});

export const imageFileHeader = layout('image file header', 288, {
  signature: rbp(0, 16, imageFileSignature),
  parts: rbp(16, 16, section),
  /** References to the names of the roots. */
  roots: rbp(32, 16, section),
  metadata: rbp(48, 16, section),
  extents: rbp(64, 16, section),
  sources: rbp(80, 16, section),
  nameChanges: rbp(96, 16, section),
  strings: rbp(112, 16, section),
  /** Of the whole file: a shorter one is not complete. */
  fileBytes: rbp(128, 8, uint64le),
  /** Of all parts. */
  imageBytes: rbp(136, 8, uint64le),
  files: rbp(144, 4, uint32le),
  directories: rbp(148, 4, uint32le),
  smallFiles: rbp(152, 4, uint32le),
  volumeIdentifier: rbp(156, 12, stringReference),
  requestDigest: rbp(168, 32, bytes(32)),
  /** Bytes of the only part that are the text of the manifest; none where there is none. */
  manifest: rbp(200, 16, section),
  fileDigests: rbp(216, 16, section),
  /** What the image continues, as the text of a `Continued`; none where it continues nothing. */
  continues: rbp(232, 12, stringReference),
  /** Nothing may be recorded behind it. */
  endsWithTable: flag(244, 0),
  /** SHA-256 of the header up to here, of the parts and of the roots. */
  headDigest: rbp(256, 32, bytes(32)),
});

/** Bytes of the header that its digest covers. */
export const HEAD_DIGEST_OFFSET = 256;

export const partRecord = layout('part', 48, {
  session: rbp(0, 2, uint16le),
  track: rbp(2, 2, uint16le),
  mainBytes: rbp(4, 2, uint16le),
  subchannelBytes: rbp(6, 1, uint8),
  nextWritable: flag(7, 0),
  /** Two's complement. */
  start: rbp(8, 8, uint64le),
  /** Units. */
  length: rbp(16, 8, uint64le),
  firstExtent: rbp(24, 8, uint64le),
  extentCount: rbp(32, 8, uint64le),
});

/** Extents lie sorted by address, those of one part together. */
export const extentRecord = layout('extent', 32, {
  address: rbp(0, 8, uint64le),
  length: rbp(8, 8, uint64le),
  /** Into the metadata or into the source. */
  offset: rbp(16, 8, uint64le),
  source: rbp(24, 4, uint32le),
  fromSource: flag(28, 0),
});

export const sourceRecord = layout('source', 80, {
  root: rbp(0, 4, uint32le),
  path: rbp(4, 12, stringReference),
  /** Path on the disc. */
  place: rbp(16, 12, stringReference),
  device: rbp(32, 8, uint64le),
  inode: rbp(40, 8, uint64le),
  size: rbp(48, 8, uint64le),
  /** Two's complement: files may be older than 1970. */
  mtimeNs: rbp(56, 8, uint64le),
  ctimeNs: rbp(64, 8, uint64le),
});

/**
 * What the manifest says of the files with content, sorted by address; then of those that an earlier session holds, a record for each run of
 * blocks, all runs of a file one after the other and with the same path and digest.
 */
export const fileDigestRecord = layout('file digest', 64, {
  /** Path on the disc, of the first of its names; of a named stream, NUL and its name follow. */
  path: rbp(0, 12, stringReference),
  takenOver: flag(12, 0),
  /** The file goes on with the next record. */
  goesOn: flag(12, 1),
  /** Bytes that were never written and read as zeros. */
  hole: flag(12, 2),
  ofStream: flag(12, 3),
  /** Bytes within the part, or on the medium. */
  address: rbp(16, 8, uint64le),
  length: rbp(24, 8, uint64le),
  sha256: rbp(32, 32, bytes(32)),
});

export const nameChangeRecord = layout('name change', 28, {
  path: rbp(0, 12, stringReference),
  recordedAs: rbp(12, 12, stringReference),
  fileSystem: rbp(24, 1, uint8),
  /** Bytes of a path that is too long for the file system; 0 where it is not. */
  pathBytes: rbp(26, 2, uint16le),
});
