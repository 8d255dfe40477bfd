import { createHash } from 'node:crypto';
import { LayoutError } from '../binary/codec.js';
import { isSpindleError, SpindleError } from '../errors.js';
import { claimedByUdf, type UdfClaim } from '../image/import/udf-claim.js';
import { roomInUdf, type UdfRoom } from '../image/import/udf-room.js';
import { primaryVolumeDescriptor } from '../iso9660/volume-descriptors.js';
import { read10 } from '../scsi/commands/read-10.js';
import { type BlockReader, unlessUnreadable } from '../image/import/block-reader.js';
import { isDeferred } from './command-failure.js';
import { READ_TIMEOUT_MS, fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { Medium } from './medium.js';
import { blocksPerRead } from './transfer-blocks.js';
import { coveringBlocks } from './user-blocks.js';

const BLOCK = 2048;
/** System area and the first volume descriptors. */
export const HEAD_BLOCKS = 32;
/** ECMA-119 §6.2.1: the volume descriptors follow 16 blocks of system area. */
const FIRST_DESCRIPTOR = 16;

type Contents = Pick<
  Medium,
  'contents' | 'volumeIdentifier' | 'volumeBlocks' | 'volumeRoom' | 'sampledPlaces' | 'recordedPlaces'
>;

/** What is on a medium, and by what it can be told from another one. */
export interface FoundContents extends Contents {
  /** SHA-256 of the first blocks that hold anything, in hex. */
  readonly mark?: string;
}

const NOTHING: Contents = { contents: 'none' };
const SOMETHING: Contents = { contents: 'unknown-data' };

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

const marked = (contents: Contents, ...pieces: readonly Uint8Array[]): FoundContents => {
  if (contents.contents === 'none') return contents;
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return { ...contents, mark: hash.digest('hex') };
};

const volumeOf = (head: Uint8Array): Omit<Contents, 'contents'> | undefined => {
  try {
    const { volumeIdentifier, volumeSpaceSize } = primaryVolumeDescriptor.decode(
      head,
      FIRST_DESCRIPTOR * BLOCK,
    );
    return { volumeIdentifier: volumeIdentifier.trim(), volumeBlocks: volumeSpaceSize };
  } catch (error) {
    if (error instanceof LayoutError) return undefined;
    throw error;
  }
};

/** What the first 32 blocks of a session hold, as far as they tell it. */
export const contentsOf = (head: Uint8Array): Contents => {
  const volume = volumeOf(head);
  if (volume !== undefined) return { contents: 'volume', ...volume };
  return isZero(head) ? NOTHING : SOMETHING;
};

/** Blocks of a medium around a volume whose first ones are known. */
export interface AroundVolume {
  readonly head: Uint8Array;
  /** Where the volume begins. */
  readonly start: number;
  /** One more than the last block that can be read. */
  readonly blocks: number;
  /** Undefined where they cannot be read; rejects where nothing can be read any more. */
  readonly read: (first: number, count: number) => Promise<Uint8Array | undefined>;
}

/** What somebody finds out about the volume; undefined where it cannot be read. */
const foundIn = async <T>(
  { head, start, blocks, read }: AroundVolume,
  find: (reader: BlockReader) => Promise<T | undefined>,
): Promise<T | undefined> => {
  const fatal: unknown[] = [];
  const readMedium = async (first: number, count: number): Promise<Uint8Array> => {
    const from = (first - start) * BLOCK;
    if (from >= 0 && from + count * BLOCK <= head.length) return head.subarray(from, from + count * BLOCK);
    const bytes = await read(first, count).catch((error: unknown) => {
      fatal.push(error);
      throw error;
    });
    if (bytes) return bytes;
    throw new SpindleError('medium-unreadable', `Blocks from ${first} on cannot be read.`);
  };
  const found = await find({ blocks, read: readMedium }).catch(unlessUnreadable);
  if (fatal.length > 0) throw fatal[0];
  return found;
};

/** What UDF says of the volume; undefined where there is none that can be read. */
const udfIn = (around: AroundVolume): Promise<UdfClaim | undefined> =>
  foundIn(around, (reader) => claimedByUdf(reader, around.start));

/** What a volume of UDF alone has free that leaves no ECC block behind it. */
const roomWithin = async (around: AroundVolume, { end }: UdfClaim): Promise<UdfRoom | undefined> =>
  volumeOf(around.head) === undefined && end + HEAD_BLOCKS > around.blocks
    ? foundIn(around, roomInUdf)
    : undefined;

/** What a session holds, by ISO 9660 or by UDF: where it has both, the volume is as long as the longer one of them. */
export const volumeContents = async (
  around: AroundVolume,
): Promise<{ readonly contents: Contents; readonly udf: UdfClaim | undefined }> => {
  const contents = contentsOf(around.head);
  const udf = contents.contents === 'none' ? undefined : await udfIn(around);
  if (!udf) return { contents, udf };
  const { volumeIdentifier = udf.identifier, volumeBlocks = 0 } = contents;
  const both = { volumeIdentifier, volumeBlocks: Math.max(volumeBlocks, udf.end) };
  return { contents: { contents: 'volume', ...both }, udf };
};

/** A medium that is to be read in blocks of 2,048 bytes. */
export interface Readable {
  readonly session: DriveSession;
  /** Of a block as the drive has them. */
  readonly blockBytes: number;
}

const readAtOnce = async (
  { session, blockBytes }: Readable,
  start: number,
  blocks: number,
): Promise<Uint8Array> => {
  const { before, ...fields } = coveringBlocks(start, blocks, blockBytes);
  const length = fields.transferLength * blockBytes;
  const bytes = await session.run(fromDrive(read10, fields, length, READ_TIMEOUT_MS));
  return bytes.subarray(before, before + blocks * BLOCK);
};

/** So many blocks of 2,048 bytes, from `start` on, by as many commands as that takes. */
export const readBlocks = async (medium: Readable, start: number, blocks: number): Promise<Uint8Array> => {
  const most = blocksPerRead(medium.session, medium.blockBytes);
  const bytes = new Uint8Array(blocks * BLOCK);
  for (let at = 0; at < blocks; at += most)
    bytes.set(await readAtOnce(medium, start + at, Math.min(most, blocks - at)), at * BLOCK);
  return bytes;
};

/** Beyond what was ever written, media answer with blank check or with an address out of range. */
const neverWritten = (error: unknown): boolean =>
  isSpindleError(error) && !isDeferred(error) && /^(8|5\/21)\//.test(error.scsi?.sense ?? '');

/**
 * Where else an overwritable medium is looked at whose head is empty: at its end and, from block 32 on, at twice the
 * distance each time. Thus the places are seen where file systems begin that leave the head empty, such as btrfs at
 * 64 KiB and UDF with its anchor at block 256.
 */
export const samplesOf = (readable: number): number[] => {
  if (readable <= 0) return [];
  const places = [Math.floor((readable - 1) / HEAD_BLOCKS) * HEAD_BLOCKS];
  for (let place = HEAD_BLOCKS; place < readable; place *= 2) places.push(place);
  return places;
};

const readSample = async (
  medium: Readable,
  start: number,
  readable: number,
): Promise<Uint8Array | undefined> => {
  const blocks = Math.min(HEAD_BLOCKS, readable - start);
  return blocks > 0 ? ifReadable(() => readBlocks(medium, start, blocks)) : undefined;
};

/** As `readContents`, for media that keep no sessions: nothing there says whether they are in use but their blocks. */
export const readOverwritable = async (
  medium: Readable,
  capacity: number,
  readable: number,
): Promise<FoundContents> => {
  const place = { start: 0, blocks: capacity, readable, overwritable: true } as const;
  const head = await readContents(medium, place);
  if (head.contents !== 'none') return head;
  const places = samplesOf(readable);
  for (const [index, start] of places.entries()) {
    const sample = await readSample(medium, start, readable);
    // What cannot be read was never written, as far as anybody can tell.
    if (sample && !isZero(sample)) return marked({ ...SOMETHING, sampledPlaces: index + 1 }, sample);
  }
  return { ...NOTHING, sampledPlaces: places.length };
};

/** Which of these places hold anything, in order; where something was found at all, the first blocks beside them. */
export const withRecordedPlaces = async (
  medium: Readable,
  readable: number,
  found: FoundContents,
): Promise<FoundContents> => {
  const recordedPlaces = found.contents !== 'none' && found.sampledPlaces === undefined ? [0] : [];
  const places = found.contents === 'none' ? [] : samplesOf(readable).toSorted((a, b) => a - b);
  for (const start of places) {
    const sample = await readSample(medium, start, readable);
    if (sample && !isZero(sample)) recordedPlaces.push(start);
  }
  return { ...found, recordedPlaces: [...new Set(recordedPlaces)] };
};

/** Where a volume may begin, in blocks. */
interface Place {
  readonly start: number;
  /** One more than the last one that the medium has; some media have more than their drives let be read. */
  readonly blocks: number;
  readonly readable: number;
  /** Whether something can be put into what a volume has free. */
  readonly overwritable?: true;
}

/** Looks at the first blocks from `start` on, and at what they lead to. */
export const readContents = async (
  medium: Readable,
  { start, blocks: end, readable, overwritable }: Place,
): Promise<FoundContents> => {
  const blocks = Math.min(HEAD_BLOCKS, end - start);
  if (blocks <= 0) return NOTHING;
  try {
    const head = await readBlocks(medium, start, blocks);
    const read = (first: number, count: number): Promise<Uint8Array | undefined> =>
      ifReadable(() => readBlocks(medium, first, count));
    const around = { head, start, blocks: readable, read };
    const { contents, udf } = await volumeContents(around);
    const volumeRoom = udf && overwritable ? await roomWithin(around, udf) : undefined;
    const whole = { ...contents, ...(volumeRoom && { volumeRoom }) };
    // All volumes of UDF begin with the same blocks; those of ISO 9660 say in them what they are.
    return marked(whole, head, ...(udf && volumeOf(head) === undefined ? [udf.descriptors] : []));
  } catch (error) {
    if (neverWritten(error)) return NOTHING;
    return (await ifReadable(() => Promise.reject(error as Error))) ?? SOMETHING;
  }
};
