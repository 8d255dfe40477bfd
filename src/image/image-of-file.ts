import { LayoutError } from '../binary/codec.js';
import { SpindleError } from '../errors.js';
import { BLOCK } from '../iso9660/block.js';
import { directoryRecordHeader } from '../iso9660/directory-record.js';
import { primaryVolumeDescriptor, SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { isTableEntry } from '../udf/foreign-entry.js';
import { DATA_UNIT, type Part, type Source } from './image.js';
import type { ImageContents } from './image-contents.js';
import type { OpenRoots } from './roots.js';
import { type SourcePlace, sourceNow } from './source-now.js';
import { SourceReader } from './source-reader.js';

/** What the first blocks say of the volume in an image. */
interface FoundVolume {
  readonly volumeIdentifier: string;
  /** Its last block is the entry of a virtual allocation table. */
  readonly endsWithTable: boolean;
  /** Block of the medium for which it was made; `next-writable` where it names no blocks. */
  readonly start: Part['start'];
}

type VolumePlace = Omit<FoundVolume, 'endsWithTable'>;

const BEGINS_AT_0: VolumePlace = { volumeIdentifier: '', start: 0 };

/** ECMA-167 §9.1 and ECMA-119 §8.1: bytes 1 to 5 of a structure or descriptor say of which standard it is. */
const STANDARD_IDENTIFIER = /^(?:CD001|BEA01|BOOT2|CDW02|NSR0[23]|TEA01)$/;

const namesNoBlocks = (block: Uint8Array): boolean =>
  !STANDARD_IDENTIFIER.test(String.fromCharCode(...block.subarray(1, 6)));

type ReadBlock = (block: number) => Uint8Array | undefined;

/** Whether the root directory lies where it would with the image at this place: its first record names its own block. */
const isMadeFor = (start: number, rootRecord: Uint8Array, read: ReadBlock): boolean => {
  const { extent } = directoryRecordHeader.decode(rootRecord, 0);
  const directory = read(extent - start);
  return (
    directory !== undefined &&
    directory[0] !== 0 &&
    directoryRecordHeader.decode(directory, 0).extent === extent
  );
};

const volumeIn = (read: ReadBlock, wanted: number): VolumePlace => {
  const block = read(SYSTEM_AREA_BLOCKS);
  if (block === undefined || namesNoBlocks(block)) return { volumeIdentifier: '', start: 'next-writable' };
  try {
    const { volumeIdentifier, rootDirectoryRecord } = primaryVolumeDescriptor.decode(block);
    return { volumeIdentifier, start: isMadeFor(wanted, rootDirectoryRecord, read) ? wanted : 0 };
  } catch (error) {
    if (error instanceof LayoutError) return BEGINS_AT_0;
    throw error;
  }
};

/** Looks into the image, once it is opened; a volume that is made for no other place is one for block 0. */
const findVolume = (source: Source, startBlock: number, roots: OpenRoots): FoundVolume => {
  const reader = new SourceReader(roots);
  try {
    reader.open(source);
    const read: ReadBlock = (block) => {
      if (block < 0 || (block + 1) * BLOCK > source.size) return undefined;
      const bytes = new Uint8Array(BLOCK);
      reader.read(bytes, block * BLOCK);
      return bytes;
    };
    const found = volumeIn(read, startBlock);
    const last = read(source.size / BLOCK - 1);
    reader.finish();
    return { ...found, endsWithTable: last !== undefined && isTableEntry(last) };
  } finally {
    reader.close();
  }
};

/** An image that exists as a file: one part, all of it from one source. */
export const imageOfFile = (
  { startBlock, ...named }: SourcePlace & { readonly startBlock: number },
  roots: OpenRoots,
  requestDigest: string,
): ImageContents => {
  const source = sourceNow(
    roots,
    named,
    (kind) => new SpindleError('image-invalid', `${named.root}:${named.path} is a ${kind}, not an image.`),
  );
  if (source.size === 0 || source.size % BLOCK !== 0)
    throw new SpindleError(
      'image-invalid',
      `${named.root}:${named.path} has ${source.size} bytes, which is no positive multiple of ${BLOCK}.`,
    );
  const { start, volumeIdentifier, endsWithTable } = findVolume(source, startBlock, roots);
  const part = { session: 1, track: 1, unit: DATA_UNIT, start, length: source.size / BLOCK };
  const extent = { kind: 'source', address: 0, length: source.size, source: 0, offset: 0 } as const;
  return {
    summary: {
      parts: [part],
      bytes: source.size,
      volumeIdentifier,
      files: 0,
      directories: 0,
      smallFiles: 0,
      requestDigest,
      ...(endsWithTable && { endsWithTable }),
    },
    extents: [{ count: 1, items: [extent] }],
    sources: { count: 1, items: [{ source, place: `/${named.path}` }] },
    nameChanges: { count: 0, items: [] },
    metadata: { bytes: 0, runs: [] },
  };
};
