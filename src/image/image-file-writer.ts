import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';

import type { InputsOf } from '../binary/layout.js';
import { BLOCK } from '../iso9660/block.js';
import { Appender } from './appender.js';
import { writeFileAtomically } from '../os/atomic-file.js';
import { writeAll } from '../os/write-all.js';
import type { Extent, Part } from './image.js';
import type { ImageContents, ManifestContents, PlacedSource } from './image-contents.js';
import { listedName } from './streams.js';
import {
  extentRecord,
  fileDigestRecord,
  HEAD_DIGEST_OFFSET,
  IMAGE_FILE_VERSION,
  imageFileHeader,
  nameChangeRecord,
  partRecord,
  sourceRecord,
  stringReference,
} from './image-file-layout.js';
import { FILE_SYSTEMS, type NameChange } from './name-changes.js';

type StringReference = InputsOf<typeof stringReference>;

const escaped = (text: string): Uint8Array => Buffer.from(JSON.stringify(text).slice(1, -1));

/** Appends strings and says where they lie. */
class Strings {
  readonly start: number;
  readonly #appender: Appender;

  constructor(fd: number, start: number) {
    this.start = start;
    this.#appender = new Appender(fd, start);
  }

  get bytes(): number {
    return this.#appender.position - this.start;
  }

  add(text: string): StringReference {
    const bytes = escaped(text);
    const offset = BigInt(this.bytes);
    this.#appender.append(bytes);
    return { offset, length: bytes.length };
  }

  /** Two strings of which the second often is the end of the first: then it is kept within it. */
  addWithEnding(text: string, ending: string): [StringReference, StringReference] {
    const whole = this.add(text);
    if (!text.endsWith(ending)) return [whole, this.add(ending)];
    const { length } = escaped(ending);
    return [whole, { offset: whole.offset + BigInt(whole.length - length), length }];
  }

  flush(): void {
    this.#appender.flush();
  }
}

const section = (offset: number, count: number) => ({ offset: BigInt(offset), count: BigInt(count) });
const signed = (value: bigint): bigint => BigInt.asUintN(64, value);

const partValues = (part: Part, firstExtent: number, extentCount: number): InputsOf<typeof partRecord> => ({
  session: part.session,
  track: part.track,
  mainBytes: part.unit.mainBytes,
  subchannelBytes: part.unit.subchannelBytes,
  nextWritable: part.start === 'next-writable',
  start: part.start === 'next-writable' ? 0n : signed(BigInt(part.start)),
  length: BigInt(part.length),
  firstExtent: BigInt(firstExtent),
  extentCount: BigInt(extentCount),
});

const extentValues = (extent: Extent): InputsOf<typeof extentRecord> => ({
  address: BigInt(extent.address),
  length: BigInt(extent.length),
  offset: BigInt(extent.offset),
  source: extent.kind === 'source' ? extent.source : 0,
  fromSource: extent.kind === 'source',
});

const digestRecords = (manifest: ManifestContents | undefined): number =>
  manifest ? manifest.files.count + manifest.takenOver.runs : 0;

/** Where the sections lie whose size is known beforehand. */
const plan = ({ summary, extents, sources, nameChanges, manifest, metadata }: ImageContents) => {
  const extentCount = extents.reduce((total, { count }) => total + count, 0);
  const parts = imageFileHeader.size;
  const extentsAt = parts + summary.parts.length * partRecord.size;
  const sourcesAt = extentsAt + extentCount * extentRecord.size;
  const nameChangesAt = sourcesAt + sources.count * sourceRecord.size;
  const fileDigestsAt = nameChangesAt + nameChanges.count * nameChangeRecord.size;
  const metadataAt = fileDigestsAt + digestRecords(manifest) * fileDigestRecord.size;
  return {
    parts,
    extentsAt,
    extentCount,
    sourcesAt,
    nameChangesAt,
    fileDigestsAt,
    metadataAt,
    stringsAt: metadataAt + metadata.bytes,
  };
};

type Plan = ReturnType<typeof plan>;

/** A path, as most are; how long all of them are shows only when they are written. */
const TYPICAL_PATH = 128;

/** About so many bytes an image file will have. */
export const imageFileBytes = (contents: ImageContents): number =>
  plan(contents).stringsAt +
  (contents.sources.count + contents.nameChanges.count + digestRecords(contents.manifest)) * TYPICAL_PATH;

const writePartsAndExtents = (fd: number, { summary, extents }: ImageContents, at: Plan): void => {
  const parts = new Appender(fd, at.parts);
  const records = new Appender(fd, at.extentsAt);
  let first = 0;
  for (const [index, part] of summary.parts.entries()) {
    const { count = 0, items = [] } = extents[index] ?? {};
    parts.record(partRecord, partValues(part, first, count));
    for (const extent of items) records.record(extentRecord, extentValues(extent));
    first += count;
  }
  parts.flush();
  records.flush();
};

/** Numbers the roots in the order in which sources name them. */
const rootNumbers = (): { readonly of: (name: string) => number; readonly names: () => string[] } => {
  const numbers = new Map<string, number>();
  return {
    of: (name) => {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    },
    names: () => [...numbers.keys()],
  };
};

const sourceValues = (
  { source, place }: PlacedSource,
  root: number,
  strings: Strings,
): InputsOf<typeof sourceRecord> => {
  const [placeReference, path] = strings.addWithEnding(place, source.path);
  return {
    root,
    path,
    place: placeReference,
    device: signed(source.device),
    inode: signed(source.inode),
    size: BigInt(source.size),
    mtimeNs: signed(source.mtimeNs),
    ctimeNs: signed(source.ctimeNs),
  };
};

const nameChangeValues = (change: NameChange, strings: Strings): InputsOf<typeof nameChangeRecord> => ({
  path: strings.add(change.path),
  recordedAs: strings.add(change.recordedAs),
  fileSystem: FILE_SYSTEMS.indexOf(change.fileSystem),
  pathBytes: Math.min(change.pathBytes ?? 0, 0xffff),
});

const HERE = { takenOver: false, goesOn: false, hole: false } as const;

const writeDigests = (digests: Appender, manifest: ManifestContents | undefined, strings: Strings): void => {
  for (const { address, length, sha256, ...name } of manifest?.files.items ?? []) {
    const place = { address: BigInt(address), length: BigInt(length) };
    const ofStream = name.stream !== undefined;
    digests.record(fileDigestRecord, {
      ...HERE,
      ofStream,
      path: strings.add(listedName(name.path, name.stream)),
      ...place,
      sha256,
    });
  }
  for (const { runs, sha256, ...name } of manifest?.takenOver.items ?? []) {
    const path = strings.add(listedName(name.path, name.stream));
    const ofStream = name.stream !== undefined;
    for (const [index, { block, bytes, hole = false }] of runs.entries()) {
      const place = { address: BigInt(block) * BigInt(BLOCK), length: BigInt(bytes) };
      const goesOn = index < runs.length - 1;
      digests.record(fileDigestRecord, { path, ofStream, takenOver: true, goesOn, hole, ...place, sha256 });
    }
  }
  digests.flush();
};

const writeRecordsWithStrings = (
  fd: number,
  contents: ImageContents,
  at: Plan,
  strings: Strings,
): string[] => {
  const roots = rootNumbers();
  const sources = new Appender(fd, at.sourcesAt);
  for (const placed of contents.sources.items)
    sources.record(sourceRecord, sourceValues(placed, roots.of(placed.source.root), strings));
  sources.flush();
  const changes = new Appender(fd, at.nameChangesAt);
  for (const change of contents.nameChanges.items)
    changes.record(nameChangeRecord, nameChangeValues(change, strings));
  changes.flush();
  writeDigests(new Appender(fd, at.fileDigestsAt), contents.manifest, strings);
  return roots.names();
};

const writeMetadata = (fd: number, { metadata }: ImageContents, at: Plan): void => {
  const appender = new Appender(fd, at.metadataAt);
  for (const { items } of metadata.runs) for (const piece of items()) appender.append(piece);
  appender.flush();
  if (appender.position !== at.stringsAt)
    throw new Error(`the metadata has ${appender.position - at.metadataAt} bytes, not ${metadata.bytes}`);
};

const readBack = (fd: number, offset: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  readSync(fd, bytes, 0, length, offset);
  return bytes;
};

const writeHeader = (
  fd: number,
  contents: ImageContents,
  at: Plan,
  ends: {
    strings: number;
    volumeIdentifier: StringReference;
    continues: StringReference;
    roots: number;
    rootsAt: number;
  },
): void => {
  const { summary, sources, nameChanges, manifest, metadata } = contents;
  const header = imageFileHeader.encode({
    signature: { version: IMAGE_FILE_VERSION },
    parts: section(at.parts, summary.parts.length),
    roots: section(ends.rootsAt, ends.roots),
    metadata: section(at.metadataAt, metadata.bytes),
    extents: section(at.extentsAt, at.extentCount),
    sources: section(at.sourcesAt, sources.count),
    nameChanges: section(at.nameChangesAt, nameChanges.count),
    strings: section(at.stringsAt, ends.strings),
    fileBytes: BigInt(fstatSync(fd).size),
    imageBytes: BigInt(summary.bytes),
    files: summary.files,
    directories: summary.directories,
    smallFiles: summary.smallFiles,
    volumeIdentifier: ends.volumeIdentifier,
    requestDigest: Buffer.from(summary.requestDigest, 'hex'),
    manifest: section(manifest?.address ?? 0, manifest?.bytes ?? 0),
    fileDigests: section(at.fileDigestsAt, digestRecords(manifest)),
    continues: ends.continues,
    endsWithTable: summary.endsWithTable === true,
    headDigest: new Uint8Array(32),
  });
  const digest = createHash('sha256')
    .update(header.subarray(0, HEAD_DIGEST_OFFSET))
    .update(readBack(fd, at.parts, summary.parts.length * partRecord.size))
    .update(readBack(fd, ends.rootsAt, ends.roots * stringReference.size))
    .digest();
  header.set(digest, HEAD_DIGEST_OFFSET);
  writeAll(fd, header, 0);
};

/** Writes an image file; it is there in full or not at all. */
export const writeImageFile = (path: string, contents: ImageContents): void => {
  writeFileAtomically(path, (fd) => {
    const at = plan(contents);
    const strings = new Strings(fd, at.stringsAt);
    writePartsAndExtents(fd, contents, at);
    const roots = writeRecordsWithStrings(fd, contents, at, strings).map((name) => strings.add(name));
    writeMetadata(fd, contents, at);
    const volumeIdentifier = strings.add(contents.summary.volumeIdentifier);
    const { continues: base } = contents.summary;
    const continues = strings.add(base ? JSON.stringify(base) : '');
    strings.flush();
    const rootsAt = at.stringsAt + strings.bytes;
    const rootReferences = new Appender(fd, rootsAt);
    for (const root of roots) rootReferences.record(stringReference, root);
    rootReferences.flush();
    writeHeader(fd, contents, at, {
      strings: strings.bytes,
      volumeIdentifier,
      continues,
      roots: roots.length,
      rootsAt,
    });
  });
};
